import { testSchedules } from './fifty-schedules.ts';

testSchedules(1);
