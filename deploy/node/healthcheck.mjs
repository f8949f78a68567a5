// The containers' health check: what /readyz of the service beside it says. Answers within the check's timeout.
const response = await fetch(`http://127.0.0.1:${process.env.PORT}${process.env.HEALTH_PATH ?? '/readyz'}`, {
  signal: AbortSignal.timeout(4000),
});
if (!response.ok) console.error(await response.text());
process.exitCode = response.ok ? 0 : 1;
