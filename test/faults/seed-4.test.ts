import { testSchedules } from './seeded-schedules.ts';

testSchedules(4);
