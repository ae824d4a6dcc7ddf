//! How wrong the methods of an accountant would have been on a book whose end is known.

use serde::{Deserialize, Serialize};

/// Version of the JSON; changes when a field changes meaning.
pub const BACKTEST_VERSION: u32 = 1;

/// A back-test of one simulated program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    pub schema_version: u32,
    pub scenario: String,
    pub program: String,
    /// Independent books valued.
    pub replications: u32,
    /// Simulated customers, over all replications.
    pub customers: u64,
    pub seed: u64,
    /// Points issued from this month on are counted, `YYYY-MM`. None in files written before it was recorded: from the
    /// first month on.
    #[serde(default)]
    pub counted_from: Option<String>,
    /// Rule for the last variance.
    pub sigma_rule: String,
    /// Redemption rate of issued points that the assumptions imply under the first rules.
    pub prior_rate: f64,
    /// Months in which the rules change, `YYYY-MM`.
    pub changes: Vec<String>,
    pub rows: Vec<BacktestRow>,
    pub vintages: Vec<BacktestVintage>,
}

/// One method at one date, over all replications. The truth is what the run-off redeems; points still unresolved when it
/// ends count as not redeemed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BacktestRow {
    /// Last month whose data were used, `YYYY-MM`.
    pub month_end: String,
    /// Months since points were first issued.
    pub months: u32,
    pub method: String,
    /// Replications in which the method gave a number.
    pub numbers: u32,
    /// Mean points expected and truly redeemed after the date, of one replication.
    pub expected: f64,
    pub truth: f64,
    /// Mean points unresolved when the run-off ended, share of points issued by the date.
    pub unresolved: f64,
    /// Expected ÷ truth − 1, of the means, with its standard error over replications.
    pub bias: Option<f64>,
    pub bias_error: Option<f64>,
    /// (Expected − truth) ÷ points *issued* by the date: the error of the redemption rate.
    pub bias_of_rate: Option<f64>,
    pub bias_of_rate_error: Option<f64>,
    /// Share of replications in which the truth lies in the method's 75 % and 95 % intervals (normal, two-sided); none
    /// where the method states no error.
    pub coverage_75: Option<f64>,
    pub coverage_95: Option<f64>,
    /// Share of the expected points to add so that the truth is not above in 75 % and in 95 % of the replications.
    pub margin_75: Option<f64>,
    pub margin_95: Option<f64>,
}

/// One method at one date on the vintages of one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BacktestVintage {
    pub month_end: String,
    /// First and last month of issue.
    pub first: String,
    pub last: String,
    pub method: String,
    /// (Expected − truth) ÷ points *issued* in these months, mean and standard error over replications.
    pub bias_of_rate: f64,
    pub bias_of_rate_error: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_from_before_counted_from_is_read() {
        let old = r#"{"schema_version": 1, "scenario": "s", "program": "p", "replications": 2, "customers": 10, "seed": 1,
            "sigma_rule": "mack", "prior_rate": 0.8, "changes": [], "rows": [], "vintages": []}"#;
        let read: Backtest = serde_json::from_str(old).unwrap();
        assert_eq!(
            (read.schema_version, &read.counted_from),
            (BACKTEST_VERSION, &None)
        );
        let now = Backtest {
            counted_from: Some("2029-01".to_owned()),
            ..read
        };
        let text = serde_json::to_string(&now).unwrap();
        assert!(text.contains(r#""counted_from":"2029-01""#), "{text}");
        assert_eq!(serde_json::from_str::<Backtest>(&text).unwrap(), now);
    }
}
