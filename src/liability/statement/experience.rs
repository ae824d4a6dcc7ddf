//! Table D: what the last valuation expected of a period and what came.

/// How far the actual is from the expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// Within one standard error of the expectation where there is one, else within 5 %.
    Green,
    /// Within two, else within 10 %.
    Amber,
    Red,
    /// Nothing was expected and nothing came, or there was no expectation.
    Unlit,
}

impl Light {
    pub const fn name(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Red => "red",
            Light::Unlit => "unlit",
        }
    }
}

/// Expected and actual of one vintage or band of vintages.
#[derive(Clone, Debug, PartialEq)]
pub struct Experience {
    pub name: String,
    pub expected: f64,
    pub actual: f64,
    /// Standard error of the expectation, where the estimator gives one.
    pub standard_error: Option<f64>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperienceRow {
    pub name: String,
    pub expected: f64,
    pub actual: f64,
    /// Actual ÷ expected; none where nothing was expected.
    pub ratio: Option<f64>,
    /// Actual ÷ expected of this row and all before it.
    pub cumulative: Option<f64>,
    pub light: Light,
}

/// The table, with a row for all at the end.
pub fn actual_against_expected(vintages: &[Experience]) -> Vec<ExperienceRow> {
    let (mut expected, mut actual) = (0.0, 0.0);
    let ratio = |actual: f64, expected: f64| (expected != 0.0).then(|| actual / expected);
    let mut rows: Vec<ExperienceRow> = vintages
        .iter()
        .map(|vintage| {
            expected += vintage.expected;
            actual += vintage.actual;
            ExperienceRow {
                name: vintage.name.clone(),
                expected: vintage.expected,
                actual: vintage.actual,
                ratio: ratio(vintage.actual, vintage.expected),
                cumulative: ratio(actual, expected),
                light: light(vintage.expected, vintage.actual, vintage.standard_error),
            }
        })
        .collect();
    rows.push(ExperienceRow {
        name: "all".to_owned(),
        expected,
        actual,
        ratio: ratio(actual, expected),
        cumulative: ratio(actual, expected),
        light: light(expected, actual, None),
    });
    rows
}

fn light(expected: f64, actual: f64, error: Option<f64>) -> Light {
    let miss = libm::fabs(actual - expected);
    if expected == 0.0 {
        return if miss == 0.0 {
            Light::Unlit
        } else {
            Light::Red
        };
    }
    let unit = error
        .filter(|e| *e > 0.0)
        .unwrap_or(0.05 * libm::fabs(expected));
    if miss <= unit {
        Light::Green
    } else if miss <= 2.0 * unit {
        Light::Amber
    } else {
        Light::Red
    }
}
