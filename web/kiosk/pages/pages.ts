import { type Component, defineAsyncComponent } from 'vue'
import type { Page } from '../core/route.ts'
import AlarmsPage from './AlarmsPage.vue'
import CasePage from './CasePage.vue'
import CasesPage from './CasesPage.vue'
import HomePage from './HomePage.vue'
import OperationPage from './OperationPage.vue'
import PrescriptionPage from './PrescriptionPage.vue'
import WithdrawalPage from './WithdrawalPage.vue'
import WorkPage from './WorkPage.vue'

/** The rest of the pages; asked for early, so that they are here when the agent is away. */
export const fetchLater = () => import('./later.ts')
const later = (name: keyof Awaited<ReturnType<typeof fetchLater>>): Component =>
  defineAsyncComponent(async () => (await fetchLater())[name])

/** Which page an address shows. */
export const PAGES: Readonly<Record<Page, Component>> = {
  alarms: AlarmsPage,
  case: CasePage,
  cases: CasesPage,
  // With uPlot in it: fetched by itself, when a chart is looked at.
  cold: defineAsyncComponent(() => import('./ColdPage.vue')),
  count: later('CountPage'),
  downtime: later('DowntimePage'),
  drawers: later('DrawersPage'),
  entry: later('EntryPage'),
  glass: later('GlassPage'),
  home: HomePage,
  line: later('LinePage'),
  lots: later('LotsPage'),
  operation: OperationPage,
  override: later('OverridePage'),
  overrides: later('OverridesPage'),
  paper: later('PaperPage'),
  people: later('PeoplePage'),
  prescription: PrescriptionPage,
  print: later('PrintPage'),
  putback: later('LinePage'),
  restock: later('RestockPage'),
  return: later('ReturnPage'),
  returns: later('ReturnsPage'),
  shipment: later('ShipmentPage'),
  stock: later('StockPage'),
  waste: later('WastePage'),
  withdrawal: WithdrawalPage,
  work: WorkPage,
}
