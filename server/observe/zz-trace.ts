import pg from 'pg';
const times = new Map<string, { n: number; ms: number }>();
const original = pg.Client.prototype.query as any;
pg.Client.prototype.query = function (this: any, ...args: any[]) {
  const text = String(typeof args[0] === 'string' ? args[0] : args[0]?.text).replace(/\s+/g, ' ').replace(/batch_\d+/, 'batch').slice(0, 110);
  const t = performance.now();
  const done = () => { const e = times.get(text) ?? { n: 0, ms: 0 }; e.n++; e.ms += performance.now() - t; times.set(text, e); };
  const r = original.apply(this, args);
  if (r && typeof r.then === 'function') r.then(done, done);
  return r;
} as any;
export const report = () => { for (const [k, v] of [...times].sort((a, b) => b[1].ms - a[1].ms).slice(0, 16)) console.log(v.ms.toFixed(0).padStart(7), String(v.n).padStart(6), k); };
export const reset = () => times.clear();
