/** What the tables' definitions and the code that queries them must spell alike. */

/** Indexes of the operations' table. */
export const INDEXES = {
  /** By `image` and `listedAt`. */
  byImage: 'by-image',
  /** By `region` and `listedAt`. */
  byRegion: 'by-region',
  /** By `open` and `listedAt`; holds only what is on its way. */
  open: 'open',
} as const;

/** What the index `open` holds besides its keys: `OpenOperation` in lambda/core/ports.ts. */
export const OPEN_ATTRIBUTES = [
  'kind',
  'status',
  'image',
  'createdAt',
  'ticket',
  'cancelRequestedAt',
] as const;

/** The index of the inventory's table: committed snapshots by `timeline`, which is their region, and `takenAt`. */
export const INVENTORY_INDEX = 'by-time';
