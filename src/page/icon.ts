/** The page's icon, in the page itself. */
export const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48' fill='none' stroke='%234f74e8' stroke-width='5' stroke-linecap='round'%3E%3Ccircle cx='24' cy='24' r='20'/%3E%3Cpath d='M24 24V12M24 24l8 5'/%3E%3C/svg%3E";

/** The clock above the headline; it means nothing that the text does not say. */
export const clock =
  '<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true">' +
  '<circle cx="24" cy="24" r="20" opacity=".3"/><path d="M24 24l8 5"/><path class="hand" d="M24 24V11"/></svg>';
