//! What estimates of a book of points are made of: methods, tables, checks and findings.

use serde::{Deserialize, Serialize};

/// What one method says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    pub code: String,
    /// Not to be booked: shown because people use it.
    pub naive: bool,
    /// Why there is no number.
    pub refused: Option<String>,
    /// Redeemed in the end ÷ points *issued*.
    pub rate_of_issued: Option<f64>,
    /// Redeemed from now on ÷ points *outstanding* (issued less redeemed where no other end is recorded).
    pub rate_of_outstanding: Option<f64>,
    pub ultimate: Option<f64>,
    /// Expected to be redeemed from now on, points.
    pub future: Option<f64>,
    pub future_by_origin: Vec<f64>,
    pub errors: Vec<MethodError>,
    /// Money, major units, basis deferred revenue.
    pub deferred_revenue: Option<f64>,
    /// Money, major units, basis cost provision.
    pub cost_provision: Option<f64>,
}

/// A standard error of `future`, points, and how it was come by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodError {
    pub rule: String,
    pub total: f64,
    pub process: Option<f64>,
    pub parameter: Option<f64>,
    pub by_origin: Vec<f64>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// `A` to `H`; `L`: over time, `O`, `P` and `Q`: opening book, `R`: reconciliation, `S`: by group.
    pub letter: String,
    pub code: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub code: String,
    /// `text`, `points`, `minor units`, `money`, `share`, `years`, `count`.
    pub unit: String,
    /// Basis of money, base of a rate; empty where there is none.
    pub base: String,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    Number(f64),
    Text(String),
    Absent(()),
}

impl From<f64> for Cell {
    fn from(value: f64) -> Cell {
        if value.is_finite() {
            Cell::Number(value)
        } else {
            Cell::Absent(())
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Cell {
        value.map_or(Cell::Absent(()), Cell::from)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Cell {
        Cell::Number(value as f64)
    }
}

/// An identity and by how much it fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub code: String,
    pub difference: f64,
    pub passed: bool,
}

/// Something a reader should know: a code with numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub code: String,
    pub numbers: Vec<f64>,
}
