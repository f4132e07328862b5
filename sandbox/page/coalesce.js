// Coalesce repeated fetches: one run at a time, and one more if requested during it.

/** Wrap an async task; the promise of a call ends after a run that started at or after the call. */
export function coalesce(task) {
  let running = null;
  let next = null;

  function run() {
    running = task().finally(() => {
      running = null;
    });
    return running;
  }

  return () => {
    if (!running) return run();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return run();
      });
    return next;
  };
}
