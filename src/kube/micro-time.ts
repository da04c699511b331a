/** Kubernetes' MicroTime: RFC 3339 in UTC with exactly six digits; the API server refuses any other number. */
export const microTime = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: 'microsecond' });
