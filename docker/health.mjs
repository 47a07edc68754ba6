/**
 * The health check of the image: asks the service of the same container, and ends with 0 if it says yes.
 *
 * `live`: need not be restarted; `ready`: may be sent work.
 */
const answerMaxMs = 4_000;

const [question = 'live'] = process.argv.slice(2);
const url = `http://127.0.0.1:${process.env.HOLDFAST_PORT || 3000}/health/${question}`;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerMaxMs) });
  // Docker keeps what a check prints: `docker inspect` shows why a container is unhealthy.
  console.log(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
