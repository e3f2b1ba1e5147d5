// Runs in VICIdial's agent screen, on the pages that were allowed only. It reads whose screen it is and whether a call
// is live, and changes nothing. What it reads is VICIdial's page as it is: `var user = '1000';` in an inline script, and
// the picture named `livecall`, which is agc_live_call_ON, _OFF or _DEAD.
(() => {
  if (globalThis.clipdeckReports) return;
  globalThis.clipdeckReports = true;
  const EVERY = 1_000, REPEAT = 5;
  const USER = /^\s*var\s+user\s*=\s*'([-_0-9A-Za-z]{1,20})'\s*;/m;

  // The login form has no such script: nobody is logged in there.
  const user = [...document.scripts].map(({ textContent }) => USER.exec(textContent)?.[1]).find(Boolean) ?? "";
  if (!user) return;

  function call() {
    const picture = document.images.namedItem("livecall")?.src ?? "";
    return { ON: "live", OFF: "none", DEAD: "dead" }[/live_call_(ON|OFF|DEAD)/.exec(picture)?.[1]] ?? "unknown";
  }

  let last = "", rounds = 0;
  const timer = setInterval(report, EVERY);
  report();

  function report() {
    // The extension was updated or removed: this copy of the script has nobody to talk to any more.
    if (!chrome.runtime?.id) return clearInterval(timer);
    const now = call();
    rounds += 1;
    if (now === last && rounds % REPEAT) return undefined;
    last = now;
    // Nobody listens while no side panel is open.
    return chrome.runtime.sendMessage({ type: "vicidial", user, call: now }).catch(() => {});
  }
})();
