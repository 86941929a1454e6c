// Measures how soon one's own message stands in the list after Enter, from inside the page: no test, because it is
// about time. node tests/e2e/echo.js [count], with the server in GOCHAT_BINARY.
import { Browser } from './support/browser.js';
import { Person } from './support/person.js';
import { Scene } from './support/scene.js';
import { Server } from './support/server.js';

const count = Number(process.argv[2] ?? 100);

// From Enter to the frame that shows the bubble.
function say(content) {
  const composer = document.querySelector('.write');
  composer.value = content;
  composer.dispatchEvent(new Event('input', { bubbles: true }));
  const shown = () => [...document.querySelectorAll('.messages li')].some((row) => row.textContent.includes(content));
  return new Promise((resolve) => {
    const began = performance.now();
    const look = () => (shown() ? requestAnimationFrame(() => resolve(performance.now() - began))
      : requestAnimationFrame(look));
    composer.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    look();
  });
}

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);

const [server, browser] = await Promise.all([Server.started(['--profile', 'bench']), Browser.launched()]);
try {
  const scene = new Scene(server);
  await scene.person('ada');
  await scene.person('bob');
  await scene.friends('ada', 'bob');
  const ada = await Person.comes(server, browser, 'ada');
  await ada.open('bob');
  await ada.send('the first one');
  await ada.sees('the first one');
  const times = [];
  for (let n = 0; n < count; n += 1) times.push(await ada.page.evaluate(say, `echo number ${n}.`));
  times.sort((a, b) => a - b);
  console.log(`own echo of ${count} messages: p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms, ` +
    `longest ${times.at(-1).toFixed(1)} ms`);
} finally {
  await browser.dispose();
  await server.dispose();
}
