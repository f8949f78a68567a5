export { Bell } from './bell.tsx';
export { firings } from './firings.ts';
