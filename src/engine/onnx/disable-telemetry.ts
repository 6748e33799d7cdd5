/**
 * Keeps onnxruntime from reporting to its maker: from 1.30 on its Linux library opens an upload queue (a database in the user's
 * cache, a log in the temporary folder) unless ORT_DISABLE_TELEMETRY is set when the library is loaded. A value that is set
 * already is left alone. In a worker thread this reaches the library only where the worker shares the environment (SHARE_ENV).
 */
export function disableTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
