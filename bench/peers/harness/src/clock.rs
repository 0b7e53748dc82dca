//! CPU time of all threads of the process, wall time, and the heap.

use std::time::Instant;

pub struct Stopwatch {
    cpu_us: f64,
    wall: Instant,
}

#[derive(Clone, Copy)]
pub struct Spent {
    pub cpu_us: f64,
    pub wall_us: f64,
}

impl Stopwatch {
    pub fn start() -> Self {
        Stopwatch {
            wall: Instant::now(),
            cpu_us: cpu_us(),
        }
    }
    pub fn spent(&self) -> Spent {
        Spent {
            cpu_us: cpu_us() - self.cpu_us,
            wall_us: self.wall.elapsed().as_secs_f64() * 1e6,
        }
    }
}

fn cpu_us() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Octets that malloc has given out, its own heads included; the same measure as Thicket's.
pub fn live_heap() -> usize {
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}
