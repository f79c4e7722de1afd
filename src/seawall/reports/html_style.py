"""The style of the HTML report: calm, readable, light and dark, fit to print."""

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5c6570;--line:#dfe3e8;--paper:#fff;
--back:#f5f6f8;--code:#f0f2f5;--critical:#a8071a;--high:#d4380d;--medium:#ad6800;--low:#0958a8;--info:#5c6570;
--good:#0f6b3a;--bad:#a8071a;--mark:#ffe3de}
@media (prefers-color-scheme:dark){:root{--ink:#e4e7eb;--soft:#9aa4b0;--line:#323a44;
--paper:#1a1f26;--back:#12161b;--code:#222932;--critical:#ff7875;--high:#ff9c6e;--medium:#ffc53d;--low:#69b1ff;
--info:#9aa4b0;--good:#5fd38d;--bad:#ff7875;--mark:#5b2320}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem;padding-bottom:1.5rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 1rem;text-wrap:balance}
header.good h1{color:var(--good)}header.bad h1{color:var(--bad)}
.what{margin:0;color:var(--soft)}
h2{font-size:1.2rem;margin:2.5rem 0 .9rem}
.count{color:var(--soft);font-weight:400}
.facts,.notes{display:flex;flex-wrap:wrap;gap:.35rem 1.8rem;margin:0 0 1rem}
.facts div,.notes div{display:flex;gap:.5rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.bars{max-width:100%;height:auto}.bars text{fill:var(--ink);font-size:14px}
.bars .n{fill:var(--soft)}
rect.critical{fill:var(--critical)}rect.high{fill:var(--high)}rect.medium{fill:var(--medium)}
rect.low{fill:var(--low)}rect.info{fill:var(--info)}
.finding{background:var(--paper);border:1px solid var(--line);border-left:4px solid var(--info);
border-radius:8px;padding:1rem 1.25rem;margin:0 0 1rem;break-inside:avoid}
.finding.critical{border-left-color:var(--critical)}.finding.high{border-left-color:var(--high)}
.finding.medium{border-left-color:var(--medium)}.finding.low{border-left-color:var(--low)}
h3{font-size:1.02rem;margin:0 0 .2rem}
.badge{font-size:.72rem;font-weight:600;text-transform:uppercase;letter-spacing:.04em;margin-right:.35rem}
.badge.critical{color:var(--critical)}.badge.high{color:var(--high)}.badge.medium{color:var(--medium)}
.badge.low{color:var(--low)}.badge.info{color:var(--info)}
.place{margin:0 0 .6rem}
code,pre{font:13.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.place code{color:var(--soft);overflow-wrap:anywhere}
.source{background:var(--code);border-radius:6px;overflow-x:auto;margin:0 0 .7rem;padding:.45rem 0}
.source table{border-collapse:collapse}
.source th{font:12px/1.5 ui-monospace,monospace;color:var(--soft);text-align:right;font-weight:400;
min-width:3.2rem;padding:0 .8rem;vertical-align:top;user-select:none}
.source td{padding:0 1rem 0 0}.source pre{margin:0;white-space:pre;tab-size:4}
mark{background:var(--mark);color:inherit;border-radius:3px;padding:0 1px;
text-decoration:underline wavy var(--bad) 1px;text-underline-offset:3px}
.label{color:var(--bad);font-size:.85rem}
.do{margin:.2rem 0 .5rem;overflow-wrap:anywhere}
.notes{font-size:.92rem;margin:.2rem 0}
details{margin-top:.5rem}summary{cursor:pointer;color:var(--soft)}
[tabindex]:focus-visible,summary:focus-visible,a:focus-visible{
outline:2px solid var(--low);outline-offset:2px}
.lesson,.ids{color:var(--soft)}
a{color:var(--low)}
.list{border-collapse:collapse;width:100%;font-size:.92rem}
.list th,.list td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);
overflow-wrap:anywhere;vertical-align:top}
li.partial{color:var(--bad)}
footer{color:var(--soft);padding-top:2rem;padding-bottom:3rem;font-size:.9rem}
@media print{body{background:#fff}.skip{display:none}
details::details-content{content-visibility:visible;display:block;height:auto}
.source pre{white-space:pre-wrap;overflow-wrap:anywhere}}
"""
