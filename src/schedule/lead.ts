const leastSeconds = 60;
const mostSeconds = 600;

/**
 * How long before a start its gates are put on (design D2), in seconds.
 * @param override the chart's value, for clusters whose controllers are quicker or slower than most
 */
export const leadSeconds = (ingresses: number, override: number | undefined): number =>
  override ?? Math.min(mostSeconds, Math.max(leastSeconds, 15 + 5 * Math.ceil(ingresses / 100)));
