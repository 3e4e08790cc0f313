const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** What clocks in the zone show at an instant, as milliseconds of a UTC day with the same figures. */
function wallAt(zone: string, at: number): number {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
}

const WALL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?$/;

/**
 * The instant at which clocks in the zone show a date and time, “2026-03-01T09:30”; a date alone is its first instant. Of a time that comes
 * twice the first one; one that is skipped is read as if the clocks had not changed. Undefined where the text is none.
 */
export function instantIn(zone: string, text: string): string | undefined {
  const [, date, time = '00:00'] = WALL.exec(text.trim()) ?? [];
  const wall = Date.parse(`${date ?? ''}T${time}:00Z`);
  if (!Number.isFinite(wall) || new Date(wall).toISOString().slice(0, 10) !== date) return undefined;
  // Offsets of zones are less than a day: those of a day before and after are all that may hold.
  const offsets = [-86_400_000, 86_400_000].map((near) => wallAt(zone, wall + near) - (wall + near));
  const fits = offsets.map((offset) => wall - offset).filter((at) => wallAt(zone, at) === wall);
  const at = fits.length > 0 ? Math.min(...fits) : wall - (offsets[0] ?? 0);
  return new Date(at).toISOString();
}

/** “2026-03-01T09:30”: what clocks in the zone show then. */
export const wallIn = (zone: string, at: number): string => new Date(wallAt(zone, at)).toISOString().slice(0, 16);

/** The last millisecond of a day in the zone. */
export function endOfDayIn(zone: string, date: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || instantIn(zone, date) === undefined) return undefined;
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const start = instantIn(zone, next);
  return start === undefined ? undefined : new Date(Date.parse(start) - 1).toISOString();
}
