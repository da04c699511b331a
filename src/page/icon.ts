/** The page's icon, in the page itself. */
export const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='-6 -6 12 12' fill='none' stroke='%234f74e8'%3E%3Ccircle r='5'/%3E%3Cpath d='M0-3V0l2 1'/%3E%3C/svg%3E";

/** The clock above the headline; it means nothing that the text does not say. */
export const clock =
  '<svg viewBox="-8 -8 16 16" fill="none" stroke="currentColor" stroke-linecap="round" aria-hidden="true">' +
  '<circle r="6.7" opacity=".3"/><path d="M0 0l2.7 1.7"/><path class="hand" d="M0 0V-4.3"/></svg>';
