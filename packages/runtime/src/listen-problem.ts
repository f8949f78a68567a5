/**
 * What to do when a port can't be listened on, in one sentence that names the setting. Loads nothing.
 * @param setting of the port: PORT, or what ends with _PORT
 */
export function listenProblem(error: NodeJS.ErrnoException, host: string, port: number, setting = 'PORT'): string {
  const hostSetting = setting.replace(/PORT$/, 'HOST');
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: set ${setting} to another, or end the program that has it; for example ${setting}=${nextPort(port)}`;
    case 'EACCES':
      return `port ${port} is not for this user: set ${setting} to one from 1024 on, such as ${setting}=8080`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${hostSetting} is "${host}", which is no address of this machine: set ${hostSetting}=127.0.0.1, or ${hostSetting}=0.0.0.0 for all of its addresses`;
    default:
      return `can't listen on ${host}, port ${port}: ${error.message}`;
  }
}

function nextPort(port: number): number {
  return port < 65_535 ? port + 1 : 8080;
}
