/**
 * The built-in page's style sheet. Text has a contrast of at least 4.5 : 1 in both schemes (WCAG 2.2 AA).
 * Its hash is in the page's Content-Security-Policy, so there are no style attributes.
 */
export const style = `
:root{color-scheme:light dark;--bg:#f4f6fa;--glow:#dfe7fb;--card:#fff;--line:#dfe3ec;--ink:#161b26;--soft:#525c70;--mark:#2f56d0}
@media (prefers-color-scheme:dark){:root{--bg:#0e1118;--glow:#1a2440;--card:#161b26;--line:#2a3142;--ink:#eef1f7;--soft:#a6b0c3;--mark:#8fabff}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:1.5rem;padding:1.5rem;
background:radial-gradient(60rem 40rem at 50% -10rem,var(--glow),transparent) var(--bg);color:var(--ink);
font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:36rem;padding:clamp(1.5rem,6vw,3rem);background:var(--card);border:1px solid var(--line);border-radius:1.25rem;
box-shadow:0 1.5rem 3rem -1.5rem rgb(20 30 60/.25);overflow-wrap:anywhere}
svg{display:block;width:3.5rem;height:3.5rem;margin-bottom:1.25rem;color:var(--mark)}
.hand{transform-origin:24px 24px;animation:turn 4s ease-in-out}
@keyframes turn{to{transform:rotate(1turn)}}
h1{margin:0 0 .75rem;font-size:clamp(1.75rem,6vw,2.5rem);line-height:1.15;letter-spacing:-.02em;text-wrap:balance}
p{margin:0;color:var(--soft);white-space:pre-line}
dl{margin:0}dt{color:var(--soft);font-size:.875rem}dd{margin:0}
.end{margin-top:1.75rem;padding:1rem 1.25rem;border:1px solid var(--line);border-left:.25rem solid var(--mark);border-radius:.75rem}
.end dd{font-size:1.125rem;font-weight:600}
nav{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin-top:1.75rem;color:var(--soft)}
a{color:var(--mark);text-underline-offset:.2em;padding:.25rem 0}
a:focus-visible{outline:3px solid var(--mark);outline-offset:3px;border-radius:.25rem}
footer dl{display:flex;flex-wrap:wrap;justify-content:center;gap:.25rem 1.5rem;font-size:.875rem;color:var(--soft)}
footer div{display:flex;flex-wrap:wrap;gap:0 .5rem}footer dd{font-family:ui-monospace,Menlo,Consolas,monospace}
@media (prefers-reduced-motion:reduce){.hand{animation:none}}
@media (forced-colors:active){main,.end{border-color:CanvasText}}
`;
