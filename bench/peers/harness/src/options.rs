//! `PROGRAM --operations create|join|all --shape fresh|warm|churned --members N [--suite S]
//! [--budget-ms N]`

pub struct Options {
    pub operations: String,
    pub shape: String,
    pub members: u32,
    pub suite: String,
    /// CPU time that the runs of one operation take together, beyond the fewest runs.
    pub budget_us: f64,
}

impl Options {
    pub fn of_process() -> Self {
        let mut options = Options {
            operations: "all".into(),
            shape: "fresh".into(),
            members: 2,
            suite: "1".into(),
            budget_us: 1e6,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().expect("every option takes a value");
            match name.as_str() {
                "--operations" => options.operations = value,
                "--shape" => options.shape = value,
                "--members" => options.members = value.parse().expect("a number of members"),
                "--suite" => options.suite = value,
                "--budget-ms" => {
                    options.budget_us = 1e3 * value.parse::<f64>().expect("milliseconds")
                }
                _ => panic!("no option is called {name}"),
            }
        }
        assert!(options.members >= 2, "a group of two or more");
        options
    }
}
