import type { App } from '../../http/app.ts';
import type { AlertParts } from './alert-parts.ts';
import { firingsRoutes } from './firings-routes.ts';
import { previewRoute } from './preview-route.ts';
import { receiversRoutes } from './receivers-routes.ts';
import { rulesRoutes } from './rules-routes.ts';

/** Rules, what they would have fired, what they fired, and who is told. */
export function alertsRoutes(app: App, parts: AlertParts): void {
  rulesRoutes(app, parts);
  previewRoute(app, parts);
  firingsRoutes(app, parts);
  receiversRoutes(app, parts);
}
