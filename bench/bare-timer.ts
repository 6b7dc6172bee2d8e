/** A loop at 20 Hz that does nothing, in a process of its own: what the machine itself makes late. */
const PERIOD = 50;
let deadline = performance.now() + PERIOD;
let missed = 0;
let late = 0;

const tick = (): void => {
  const behind = performance.now() - deadline;
  // A timer may fire a little early.
  const skipped = Math.max(0, Math.floor(behind / PERIOD));
  late = Math.max(late, behind);
  missed += skipped;
  deadline += PERIOD * (1 + skipped);
  setTimeout(tick, deadline - performance.now());
};
setTimeout(tick, PERIOD);

process.on("message", () => process.send?.({ missed, late }));
process.on("disconnect", () => process.exit(0));
