import { checkSchedule, type Schedule } from './cutting.js'

/** What `SHOAL_SCHEDULE` says; undefined where it says nothing. */
export function defaultSchedule(): Schedule | undefined {
  const schedule = process.env.SHOAL_SCHEDULE
  return schedule ? checkSchedule('SHOAL_SCHEDULE', schedule) : undefined
}
