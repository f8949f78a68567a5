export function SystemView(_props: object) { return <main class="page" />; }
