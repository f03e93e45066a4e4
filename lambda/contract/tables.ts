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
