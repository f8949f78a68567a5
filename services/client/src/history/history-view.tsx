export function HistoryView(_props: object) { return <main class="page" />; }
