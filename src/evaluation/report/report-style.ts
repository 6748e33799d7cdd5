/** The report's style sheet: light and dark by the reader's setting, readable from 800 px on; nothing is loaded from anywhere. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page: #fcfcfb; --text: #1b1b1a; --quiet: #5c5b57; --line: #dddbd5; --shade: #f2f1ee;
  --c0: #1f6fd0; --c1: #c2410c; --c2: #0f8a6a; --c3: #9333a8; --c4: #8a6d00; --c5: #5b6470; }
@media (prefers-color-scheme: dark) { :root { --page: #161615; --text: #eceae5; --quiet: #a8a59d; --line: #3a3936; --shade: #222120;
  --c0: #6aa9f7; --c1: #f08a52; --c2: #3fc79f; --c3: #cf8be0; --c4: #d8b53a; --c5: #a3acb8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1180px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 6px; } h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 6px 0 10px; max-width: 90ch; } .quiet, figcaption, .note { color: var(--quiet); } .note { font-size: 13px; }
.warning { border-left: 4px solid var(--c1); padding: 6px 12px; background: var(--shade); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { padding: 4px 12px 4px 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
th { font-weight: 600; white-space: normal; vertical-align: bottom; max-width: 11em; } th:first-child, td:first-child { text-align: left; }
td small { color: var(--quiet); } tr.real td { background: var(--shade); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; } dt { color: var(--quiet); } dd { margin: 0; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--text); font-size: 11px; }
.film { margin: 2px 0; display: grid; grid-template-columns: 9em 1fr; align-items: center; gap: 8px; }
.film svg { max-width: 700px; background: var(--shade); border-radius: 4px; } figcaption { font-size: 13px; }
.film path { fill: none; stroke-width: 2; stroke-linecap: round; stroke: var(--text); }
.film .one { stroke: var(--c0); } .film .two { stroke: var(--c1); } .film .person1 path { stroke-dasharray: 3 3; } .film .person1 { opacity: .85; }
.chart { max-width: 900px; } .axis { stroke: var(--quiet); } .grid { stroke: var(--line); } .chart text { fill: var(--quiet); font-size: 12px; }
.curve { fill: none; stroke-width: 2; } .legend span { margin-right: 18px; white-space: nowrap; } .key { display: inline-block; width: 18px; height: 3px; margin-right: 6px; vertical-align: middle; }
${[0, 1, 2, 3, 4, 5].map((s) => `.curve.s${s} { stroke: var(--c${s}); } .key.s${s} { background: var(--c${s}); }`).join(' ')}
.matrix .hit { fill: var(--c0); } .matrix .miss { fill: var(--c1); } .matrix .frame { fill: var(--shade); stroke: var(--line); }
summary { cursor: pointer; margin: 10px 0 4px; font-weight: 600; }
@media (max-width: 900px) { body { padding: 14px; font-size: 14px; } table { font-size: 12.5px; } th, td { padding-right: 8px; } .film { grid-template-columns: 6.5em 1fr; } }
`;
