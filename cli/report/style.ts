/**
 * The report's style sheet: the studio's tokens in both themes, one column that prints. Widths in px.
 */
import { INK } from "./svg.js";

const LIGHT =
  "color-scheme:light;--text:#1B1E22;--soft:#4B525A;--faint:#5F666F;--line:#E2DFD9;--edge:#83827C;--surface:#FCFBF9;--shade:#F1EFEB;--ground:#FFFFFF;--page:#E9E7E2;--you:#0A6F63;--policy:#5A45D2;--plan:#1E5FBF;--ok:#1C7339;--danger:#AE3F0A;--shadow:0 1px 2px #3a342a14";
const DARK =
  "color-scheme:dark;--text:#EDF0F2;--soft:#AEB7C0;--faint:#8D97A2;--line:#2A3037;--edge:#6E7883;--surface:#161A1F;--shade:#1F252B;--ground:#2B3239;--page:#0E1114;--you:#3FD3BE;--policy:#AFA2FF;--plan:#7DB8FF;--ok:#6FD48E;--danger:#FF8552;--shadow:none";

/** The style sheet. */
export const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:${INK.page};color:${INK.text};font:15px/24px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
main{max-width:784px;margin:0 auto;padding:32px 16px 64px}
header,section{background:${INK.surface};border:1px solid ${INK.line};border-radius:14px;padding:28px 32px;margin:0 0 12px;box-shadow:var(--shadow)}
.logo{width:34px;height:34px;float:right}
.kicker,.note,small,figcaption span{color:${INK.faint};font-size:12.5px;line-height:18px}
.kicker{margin:0 0 10px}
h1{font-size:27px;line-height:34px;letter-spacing:-.015em;margin:0 0 10px;max-width:22em;font-weight:650}
h2{font-size:19px;line-height:26px;margin:0 0 10px;letter-spacing:-.01em;font-weight:650}
h2 small{font-weight:400;margin-left:6px}
h3{font-size:13px;line-height:20px;margin:0 0 6px;font-weight:600}
p{margin:0 0 12px}
.lead{color:${INK.soft}}
.flow{display:flex;flex-wrap:wrap;gap:4px 0;font-size:12.5px;line-height:24px;margin-top:16px}
.flow span{padding:0 10px;background:${INK.shade};border-radius:8px}
.flow span+span{margin-left:14px;position:relative}
.flow span+span::before{content:"→";position:absolute;left:-14px;color:${INK.faint}}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:20px;margin:0 0 12px}
th{text-align:left;font-weight:500;color:${INK.faint};font-size:12.5px;padding:4px 12px 6px 0;border-bottom:1px solid ${INK.line}}
td{padding:8px 12px 8px 0;vertical-align:top}
tr.first td{border-top:1px solid ${INK.line}}
tbody tr:first-child td{border-top:0}
td small{display:block}
.num{text-align:right;white-space:nowrap}
.name{white-space:nowrap}
.rate{width:150px;height:14px;display:block;margin:3px 0}
.chart{width:100%;max-width:360px;display:block}
.lengths{width:150px;display:block;margin-top:8px}
.film{width:100%;display:block;margin:0 0 4px}
svg .t{font-size:8.5px;fill:${INK.faint}}
.chart .t,.lengths .t{font-size:9.5px}
figure{margin:0 0 18px}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:10px;align-items:center}
video,.taken{width:100%;display:block;border-radius:7px;background:${INK.shade}}
video{height:auto;aspect-ratio:40/27}
figcaption{font-size:13px;line-height:20px;color:${INK.soft};margin-top:5px}
.ok{color:${INK.ok}}.bad{color:${INK.danger}}
.pair{display:grid;grid-template-columns:5fr 7fr;gap:28px;margin-top:8px}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 14px;font-size:13px;line-height:20px;margin:6px 0 0}
dt{color:${INK.faint}}dd{margin:0}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:${INK.shade};padding:1px 6px;border-radius:5px}
.plan{padding:14px 0 6px;border-top:1px solid ${INK.line}}
.plan:first-of-type{border-top:0;padding-top:0}
.said{font-size:17px;line-height:24px;margin:0 0 2px;color:${INK.plan}}
ol{list-style:none;margin:8px 0 0;padding:0}
li{padding:6px 0 6px 12px;border-left:3px solid ${INK.ok};margin:0 0 6px}
li.failed{border-color:${INK.danger}}
.step{display:flex;flex-wrap:wrap;gap:2px 12px;font-size:13.5px;line-height:20px;align-items:baseline}
.step span{color:${INK.faint};font-size:12.5px}
.by.policy{color:${INK.policy}}
.checks{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;line-height:19px}
.checks i{font-style:normal;color:${INK.faint}}
@media (max-width:640px){
main{padding:12px 8px 32px}
header,section{padding:20px 16px}
.pair,.beside{grid-template-columns:1fr}
h1{font-size:22px;line-height:29px}
table.wide thead{display:none}
table.wide tr{display:grid;grid-template-columns:1fr auto;gap:0 12px;padding:8px 0;border-top:1px solid ${INK.line}}
table.wide tbody tr:first-child{border-top:0}
table.wide td{padding:2px 0;border:0!important}
table.wide td:empty{display:none}
table.wide td.whole{grid-column:1/-1}
}
@media print{:root{${LIGHT}}body{background:#fff}main{padding:0;max-width:none}header,section{border:0;box-shadow:none;padding:8px 0;break-inside:avoid-page}}
`;
