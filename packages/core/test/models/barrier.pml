/* The futex barrier of sys/barrier.cc for spin: no lost wake-up, no double election, nobody a phase ahead.
 *
 *   spin -a barrier.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan      invalid end states are deadlocks
 */
#define MEMBERS 3
#define PHASES  2

int generation = 0;
int arrived = 0;
int sleepers = 0;
bool asleep[MEMBERS];
byte elected[PHASES];
byte passed[MEMBERS];

/* FUTEX_WAKE of all sleepers is one step of the kernel. */
inline wake_all() {
  atomic {
    byte i = 0;
    do
    :: i < MEMBERS -> asleep[i] = false; i++
    :: else -> break
    od
  }
}

proctype Member(byte me) {
  int seen_generation;
  int seen_arrived;
  byte phase = 0;
  do
  :: phase == PHASES -> break
  :: else ->
arrive:
    atomic { seen_generation = generation; seen_arrived = arrived }
    if
    :: atomic { generation == seen_generation && arrived == seen_arrived && seen_arrived + 1 == MEMBERS ->
         arrived = 0; generation++; elected[phase]++; assert(elected[phase] == 1) };
       if
       :: sleepers > 0 -> wake_all()
       :: else
       fi
    :: atomic { generation == seen_generation && arrived == seen_arrived && seen_arrived + 1 < MEMBERS -> arrived++ };
wait:
       sleepers++;
       /* FUTEX_WAIT compares and sleeps in one step. */
       atomic {
         if
         :: generation == seen_generation -> asleep[me] = true
         :: else
         fi
       };
       !asleep[me];
       sleepers--;
       if
       :: generation == seen_generation -> goto wait
       :: else
       fi
    :: atomic { !(generation == seen_generation && arrived == seen_arrived) -> skip }; goto arrive
    fi;
    phase++;
    atomic {
      byte other = 0;
      passed[me] = phase;
      do
      :: other < MEMBERS -> assert(passed[other] + 1 >= phase); other++
      :: else -> break
      od
    }
  od
}

init {
  atomic {
    byte m = 0;
    do
    :: m < MEMBERS -> run Member(m); m++
    :: else -> break
    od
  }
}
