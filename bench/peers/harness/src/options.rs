//! `PROGRAM --operations create|all --shape fresh|warm|churned --members N [--suite S] [--seed N]
//! [--budget-ms N] [--history FILE]`

pub struct Options {
    pub operations: String,
    pub shape: String,
    pub members: u32,
    pub suite: String,
    pub seed: u64,
    /// CPU time that the runs of one operation take together, beyond the fewest runs.
    pub budget_us: f64,
    pub history: String,
}

impl Options {
    pub fn of_process() -> Self {
        let mut options = Options {
            operations: "all".into(),
            shape: "fresh".into(),
            members: 2,
            suite: "1".into(),
            seed: 1,
            budget_us: 1e6,
            history: String::new(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().expect("every option takes a value");
            match name.as_str() {
                "--operations" => options.operations = value,
                "--shape" => options.shape = value,
                "--members" => options.members = value.parse().expect("a number of members"),
                "--suite" => options.suite = value,
                "--seed" => options.seed = value.parse().expect("a seed"),
                "--budget-ms" => {
                    options.budget_us = 1e3 * value.parse::<f64>().expect("milliseconds")
                }
                "--history" => options.history = value,
                _ => panic!("no option is called {name}"),
            }
        }
        assert!(options.members >= 2, "a group of two or more");
        options
    }
}
