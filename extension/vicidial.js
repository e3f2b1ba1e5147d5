// Runs in VICIdial's agent screen, on the pages that were allowed only. It reads whose screen it is and whether a call
// is live, and changes nothing. What it reads is VICIdial's page as it is: `var user = '1000';` in an inline script, and
// the picture named `livecall`, which is agc_live_call_ON, _OFF or _DEAD.
(() => {
  if (globalThis.clipdeckReports) return;
  globalThis.clipdeckReports = true;
  const USER = /^\s*var\s+user\s*=\s*'([-_0-9A-Za-z]{1,20})'\s*;/m;

  // The login form has no such script: nobody is logged in there.
  const user = () => [...document.scripts].map(({ textContent }) => USER.exec(textContent)?.[1]).find(Boolean) ?? "";

  function call() {
    const picture = document.images.namedItem("livecall")?.src ?? "";
    return { ON: "live", OFF: "none", DEAD: "dead" }[/live_call_(ON|OFF|DEAD)/.exec(picture)?.[1]] ?? "unknown";
  }

  // It answers and never speaks first: browsers slow the timers of a page that nobody sees, but not its answers.
  chrome.runtime.onMessage.addListener((message, sender, respond) => {
    if (sender.id === chrome.runtime.id && message?.type === "who") respond({ type: "vicidial", user: user(), call: call() });
  });
})();
