//! One line of output: an operation, its median and spread, its sizes.

use crate::clock::{Spent, Stopwatch};
use crate::options::Options;
use crate::Peer;
use std::io::Write;

const RUNS_MIN: usize = 3;
const RUNS_MAX: usize = 51;

/// The times of an operation, and what it sent.
#[derive(Default)]
pub struct Runs {
    spent: Vec<Spent>,
    pub bytes: usize,
    pub welcome_bytes: usize,
    pub heap_bytes: usize,
}

impl Runs {
    /// Repeats `prepare` (not timed) and `run` (timed) until there is enough for a median. What
    /// `run` answers is dropped outside of its time.
    pub fn of<T, R>(
        options: &Options,
        mut prepare: impl FnMut() -> T,
        mut run: impl FnMut(&mut T) -> R,
    ) -> Self {
        let mut runs = Runs::default();
        let mut total = 0.0;
        while runs.spent.len() < RUNS_MAX
            && (runs.spent.len() < RUNS_MIN || total < options.budget_us)
        {
            let mut prepared = prepare();
            let watch = Stopwatch::start();
            let answer = run(&mut prepared);
            let spent = watch.spent();
            drop(answer);
            total += spent.cpu_us;
            runs.spent.push(spent);
            if spent.cpu_us > 10.0 * options.budget_us {
                break; // one of them is a measurement where it takes that long
            }
        }
        runs
    }

    /// Of what is done but once.
    pub fn one(spent: Spent) -> Self {
        Runs {
            spent: vec![spent],
            ..Runs::default()
        }
    }

    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    pub fn print<P: Peer>(&self, options: &Options, operation: &str) {
        let cpu = sorted(self.spent.iter().map(|spent| spent.cpu_us));
        let wall = sorted(self.spent.iter().map(|spent| spent.wall_us));
        let spread = if cpu.is_empty() {
            0.0
        } else {
            (quartile(&cpu, 3) - quartile(&cpu, 1)) / quartile(&cpu, 2)
        };
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "{{\"peer\": \"{}\", \"version\": \"{}\", \"suite\": \"{}\", \"op\": \"{operation}\", \
             \"members\": {}, \"shape\": \"{}\", \"cpu_us\": {:.1}, \"wall_us\": {:.1}, \
             \"spread\": {spread:.3}, \"bytes\": {}, \"welcome_bytes\": {}, \"heap_bytes\": {}, \
             \"runs\": {}}}",
            P::NAME,
            P::VERSION,
            options.suite,
            options.members,
            options.shape,
            quartile(&cpu, 2),
            quartile(&wall, 2),
            self.bytes,
            self.welcome_bytes,
            self.heap_bytes,
            cpu.len(),
        )
        .and_then(|()| out.flush())
        .expect("somebody reads what is measured");
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn quartile(sorted: &[f64], numerator: usize) -> f64 {
    sorted.get(sorted.len() * numerator / 4).copied().unwrap_or(0.0)
}
