/**
 * The built-in page's style sheet. Text has a contrast of at least 4.5 : 1 in both schemes (WCAG 2.2 AA) and stands
 * on plain colours. Its hash is in the page's Content-Security-Policy, so there are no style attributes.
 */
export const style = `
:root{color-scheme:light dark;--bg:#eef1f8;--glow:#d6e0fb;--card:#fff;--line:#e1e5ef;--ink:#151a26;--soft:#525c70;--mark:#2f56d0;--tint:#f1f4fd}
@media (prefers-color-scheme:dark){:root{--bg:#0b0e15;--glow:#1b2748;--card:#151a25;--line:#2a3142;--ink:#f0f3f9;--soft:#a9b3c6;--mark:#93aeff;--tint:#1b2233}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center;padding:clamp(1rem,4vw,2.5rem);color:var(--ink);
background:radial-gradient(70rem 42rem at 50% -12rem,var(--glow),transparent) var(--bg);
font:1.0625rem/1.6 system-ui,sans-serif}
.card{width:100%;max-width:38rem;background:var(--card);border:1px solid var(--line);border-radius:1.5rem;
box-shadow:0 2rem 4rem -2.5rem rgb(20 30 70/.4);overflow:hidden;overflow-wrap:anywhere}
main{padding:clamp(1.5rem,7vw,3.25rem) clamp(1.5rem,7vw,3.25rem) clamp(1.5rem,6vw,2.5rem)}
svg{display:block;width:3.25rem;margin-bottom:1.25rem;color:var(--mark)}
.hand{transform-origin:24px 24px;animation:turn 4s ease-in-out}
@keyframes turn{to{transform:rotate(1turn)}}
h1{margin:0 0 .75rem;font-size:clamp(1.75rem,6.5vw,2.5rem);line-height:1.2;text-wrap:balance}
p,dl,dd{margin:0}
p{color:var(--soft);white-space:pre-line;text-wrap:pretty}
dt{color:var(--soft);font-size:.875rem}
.end{margin-top:1.75rem;padding:1rem 1.25rem;background:var(--tint);border-radius:1rem}
.end dd{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 1rem;font-size:1.125rem;font-weight:600}
[role=timer]{color:var(--mark);font-size:1.0625rem;font-weight:500;font-variant-numeric:tabular-nums}
.note{margin-top:.75rem;font-size:.875rem}
.notice:not(:empty){margin-top:1.5rem;padding:.75rem 1.25rem;border-inline-start:.25rem solid var(--mark);background:var(--tint);color:var(--ink)}
nav{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin-top:1.75rem;color:var(--soft)}
a{color:var(--mark);font-weight:500;text-underline-offset:.25em;padding:.25rem 0}
a:focus-visible{outline:3px solid var(--mark);outline-offset:3px;border-radius:.25rem}
footer{padding:1rem clamp(1.5rem,7vw,3.25rem);border-top:1px solid var(--line);font-size:.875rem}
footer dl{display:flex;flex-wrap:wrap;gap:.25rem 2rem}
footer dd{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.8125rem}
@media (prefers-reduced-motion:reduce){.hand{animation:none}}
@media (forced-colors:active){.end,.notice{border:1px solid}}
`;
