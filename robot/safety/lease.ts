/**
 * One holder of command at a time: a lease that lapses when it is not renewed, as plain data. Seconds on the
 * clock of whoever keeps it. Over a network (see `robot/drivers/lease-topic.ts`) it is an agreement between
 * well-behaved clients, not a lock that the robot enforces.
 */

/** Who has command, since when, and when he last said so. */
export interface Lease {
  /** null when free */
  readonly holder: string | null;
  /** when the holder got it */
  readonly since: number;
  readonly renewed: number;
}

/** Renewed at 10 Hz; three renewals may be lost before it lapses. Seconds. */
export const LEASE = { period: 0.1, life: 0.35 } as const;

/** Nobody's lease. */
export const FREE_LEASE: Lease = {
  holder: null,
  since: Number.NEGATIVE_INFINITY,
  renewed: Number.NEGATIVE_INFINITY,
};

/** Who holds the lease at `now`; null when nobody does, or its holder has fallen silent. */
export const holderOf = (lease: Lease, now: number): string | null =>
  lease.holder !== null && now - lease.renewed <= LEASE.life ? lease.holder : null;

/** Takes a free (or one's own) lease; null when another holds it. */
export function claimLease(lease: Lease, holder: string, now: number): Lease | null {
  const present = holderOf(lease, now);
  if (present === null) return { holder, since: now, renewed: now };
  return present === holder ? { ...lease, renewed: now } : null;
}

/** Keeps one's lease alive; null when it has lapsed or gone to another, who must then be asked. */
export const renewLease = (lease: Lease, holder: string, now: number): Lease | null =>
  holderOf(lease, now) === holder ? { ...lease, renewed: now } : null;

/** Gives it back; another's lease is left alone. */
export const releaseLease = (lease: Lease, holder: string): Lease =>
  lease.holder === holder ? FREE_LEASE : lease;
