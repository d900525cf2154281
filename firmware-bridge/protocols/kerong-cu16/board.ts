import { kerongBus } from '../kerong-bus.ts'
import { buildStatusQuery, buildUnlock, type LockAddress, type StatusReply } from './codec.ts'

/** All CU16 boards on one bus. */
export const createKerongCu16Bus = kerongBus<LockAddress, StatusReply>({ buildUnlock, buildStatusQuery })
