// One browser for a file of tests, and a watch over what no page of it may ever do.
import { chromium } from 'playwright-core';

// Only how long a broken test hangs; nothing is slow because of it.
const eventMaxMs = Number(process.env.GOCHAT_E2E_EVENT_MS ?? 60_000);
const desktop = { width: 1280, height: 800 };

// Reports what the page's policy refused, from inside every document.
function tellViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    globalThis.tellViolation(`${event.effectiveDirective} refused ${event.blockedURI} ${event.sample}`);
  });
}

export class Browser {
  constructor(engine) {
    this.engine = engine;
  }

  static async launched() {
    return new Browser(await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: process.getuid() === 0 ? ['--no-sandbox'] : [],
    }));
  }

  // A device of its own: storage, language, theme and size. `problems` fills with what was wrong.
  // `ownCertificate`: of a server whose certificate nobody has signed.
  async device({
    language = 'en', theme = 'light', size = desktop, touch = false, ownCertificate = false,
  } = {}) {
    const context = await this.engine.newContext({
      locale: language, colorScheme: theme, viewport: size, hasTouch: touch, reducedMotion: 'reduce',
      ignoreHTTPSErrors: ownCertificate,
      deviceScaleFactor: touch ? 2 : 1, timezoneId: 'Asia/Shanghai',
    });
    context.setDefaultTimeout(eventMaxMs);
    context.problems = [];
    const tell = (problem) => {
      context.problems.push(problem);
      context.onProblem?.();
    };
    await context.exposeFunction('tellViolation', tell);
    await context.addInitScript(tellViolations);
    context.on('weberror', (failure) => tell(`threw ${failure.error().stack}`));
    context.on('dialog', (dialog) => {
      tell(`opened a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:' && hostname !== '127.0.0.1') tell(`asked ${request.url()}`);
    });
    return context;
  }

  async dispose() {
    await this.engine.close();
  }
}
