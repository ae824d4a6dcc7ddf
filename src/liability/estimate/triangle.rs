//! A development triangle of any shape: cumulative values by origin and age, some of them missing.

use std::fmt;

/// Beyond this, fourth powers of standard deviations and squares of sums overflow.
pub const LARGEST: f64 = 1e30;
/// Most cells: a triangle of sixty years of months.
pub const MOST_CELLS: usize = 600_000;

/// Why values are no triangle. Rows and ages count from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum TriangleError {
    Empty,
    TooManyCells {
        cells: usize,
    },
    /// A row has no value at all.
    EmptyRow {
        row: usize,
    },
    Value {
        row: usize,
        age: usize,
        value: f64,
    },
    /// Increments cannot be cumulated over a gap.
    IncrementGap {
        row: usize,
        age: usize,
    },
    /// Not one number of issued points per origin.
    IssuedCount {
        rows: usize,
        issued: usize,
    },
    Issued {
        row: usize,
        value: f64,
    },
}

impl fmt::Display for TriangleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TriangleError::Empty => write!(f, "there are no rows"),
            TriangleError::TooManyCells { cells } => {
                write!(f, "{cells} cells, but at most {MOST_CELLS} are read")
            }
            TriangleError::EmptyRow { row } => write!(f, "row {row} has no value"),
            TriangleError::Value { row, age, value } => {
                write!(
                    f,
                    "row {row}, age {age}: {value} is not a number between -1e30 and 1e30"
                )
            }
            TriangleError::IncrementGap { row, age } => {
                write!(
                    f,
                    "row {row}: the increment of age {age} is missing, so later ones cannot be added up; give cumulative values"
                )
            }
            TriangleError::IssuedCount { rows, issued } => {
                write!(f, "{issued} numbers of issued points for {rows} rows")
            }
            TriangleError::Issued { row, value } => {
                write!(
                    f,
                    "row {row}: {value} points issued, expected a number from 0 to 1e30"
                )
            }
        }
    }
}

impl std::error::Error for TriangleError {}

/// Cumulative values by origin and age.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangle {
    origins: Vec<String>,
    /// Every row as long as there are ages.
    cells: Vec<Vec<Option<f64>>>,
    ages: usize,
    issued: Option<Vec<f64>>,
    /// Points that ended otherwise than by redemption, cumulative, by origin and age.
    ended: Option<Vec<Vec<f64>>>,
}

impl Triangle {
    /// From cumulative values; rows may differ in length. Ages that no row reaches are dropped.
    ///
    /// # Errors
    /// If there is nothing, a row is empty, or a value is no number or beyond ±1e30.
    pub fn cumulative(
        origins: Vec<String>,
        mut cells: Vec<Vec<Option<f64>>>,
    ) -> Result<Triangle, TriangleError> {
        if cells.is_empty() {
            return Err(TriangleError::Empty);
        }
        let mut ages = 0;
        for (row, values) in cells.iter().enumerate() {
            let mut last = None;
            for (age, value) in values.iter().enumerate() {
                let Some(value) = *value else { continue };
                if value.is_nan() || value.abs() > LARGEST {
                    let (row, age) = (row + 1, age + 1);
                    return Err(TriangleError::Value { row, age, value });
                }
                last = Some(age);
            }
            let last = last.ok_or(TriangleError::EmptyRow { row: row + 1 })?;
            ages = ages.max(last + 1);
        }
        let count = ages.saturating_mul(cells.len());
        if count > MOST_CELLS {
            return Err(TriangleError::TooManyCells { cells: count });
        }
        for row in &mut cells {
            row.resize(ages, None);
        }
        let mut names = origins;
        names.resize_with(cells.len(), String::new);
        Ok(Triangle {
            origins: names,
            cells,
            ages,
            issued: None,
            ended: None,
        })
    }

    /// From increments, which must have no gap before the last of a row.
    ///
    /// # Errors
    /// As [`Triangle::cumulative`], and for a gap.
    pub fn incremental(
        origins: Vec<String>,
        mut cells: Vec<Vec<Option<f64>>>,
    ) -> Result<Triangle, TriangleError> {
        for (row, values) in cells.iter_mut().enumerate() {
            let last = values.iter().rposition(Option::is_some);
            let mut sum = 0.0;
            for (age, value) in values
                .iter_mut()
                .enumerate()
                .take(last.map_or(0, |at| at + 1))
            {
                match value {
                    Some(value) => {
                        sum += *value;
                        *value = sum;
                    }
                    None => {
                        let (row, age) = (row + 1, age + 1);
                        return Err(TriangleError::IncrementGap { row, age });
                    }
                }
            }
        }
        Triangle::cumulative(origins, cells)
    }

    /// From flows of (origin, period, points): the first age is the period of issue itself, so a redemption in the month
    /// of issue is of age 1. Flows before their origin or from `periods` on are left to the caller's control totals: the
    /// triangle ends with the last period.
    ///
    /// # Errors
    /// As [`Triangle::cumulative`].
    pub fn from_flows(
        origins: Vec<String>,
        periods: usize,
        flows: &[(usize, usize, f64)],
    ) -> Result<Triangle, TriangleError> {
        let cells = periods.saturating_mul(periods + 1) / 2;
        if cells > MOST_CELLS {
            return Err(TriangleError::TooManyCells { cells });
        }
        let mut rows: Vec<Vec<Option<f64>>> = (0..periods)
            .map(|origin| vec![Some(0.0); periods - origin])
            .collect();
        for (origin, period, points) in flows {
            let cell = period
                .checked_sub(*origin)
                .and_then(|age| rows.get_mut(*origin)?.get_mut(age)?.as_mut());
            if let Some(cell) = cell {
                *cell += points;
            }
        }
        Triangle::incremental(origins, rows)
    }

    /// What was known `back` diagonals ago, where rows follow one another by one period: origin i at age k belongs to
    /// diagonal i + k. Rows of which nothing was known yet are left out. None where nothing is left.
    pub fn as_of(&self, back: usize) -> Option<Triangle> {
        let diagonal = self.last_diagonal().checked_sub(back)?;
        let mut cells = Vec::new();
        let mut issued = Vec::new();
        let mut origins = Vec::new();
        for row in 0..self.rows().min(diagonal + 1) {
            let known: Vec<Option<f64>> = (0..=diagonal - row)
                .map(|age| self.value(row, age))
                .collect();
            if known.iter().any(Option::is_some) {
                cells.push(known);
                origins.push(self.origins.get(row).cloned().unwrap_or_default());
                issued.extend(self.issued.as_ref().and_then(|points| points.get(row)));
            } else if row + 1 < self.rows() {
                // Later rows would move up a place.
                return None;
            }
        }
        let rows = cells.len();
        let mut triangle = Triangle::cumulative(origins, cells).ok()?;
        if self.issued.is_some() {
            triangle = triangle.with_issued(issued).ok()?;
        }
        if let Some(ended) = &self.ended {
            triangle = triangle
                .with_ended(ended.iter().take(rows).cloned().collect())
                .ok()?;
        }
        Some(triangle.without_void_ages())
    }

    /// The last diagonal, row + age: the period of the valuation.
    pub fn last_diagonal(&self) -> usize {
        let ends = (0..self.rows()).map(|row| row + self.latest(row).0);
        ends.max().unwrap_or(0)
    }

    /// Without the ages that only origins reach of which no points were issued and none redeemed: one test row, taken
    /// back, years before the program began would else give ages of which nothing is known, and stop every method. Rows
    /// keep their places.
    pub fn without_void_ages(self) -> Triangle {
        let Some(issued) = &self.issued else {
            return self;
        };
        let carries = |row: &usize| {
            let points = issued.get(*row).copied().unwrap_or(0.0);
            let mut cells = self.cells.get(*row).into_iter().flatten().flatten();
            points != 0.0 || cells.any(|value| *value != 0.0)
        };
        let ages = (0..self.rows())
            .filter(carries)
            .map(|row| self.latest(row).0 + 1);
        match ages.max() {
            Some(ages) if ages < self.ages => self.cut(ages),
            _ => self,
        }
    }

    /// As many ages as another triangle of which this is a part.
    pub fn of_ages(self, whole: &Triangle) -> Triangle {
        if whole.ages < self.ages {
            self.cut(whole.ages)
        } else {
            self
        }
    }

    /// The first ages only; rows whose values all lie beyond them have 0 at the last.
    fn cut(mut self, ages: usize) -> Triangle {
        for row in &mut self.cells {
            row.truncate(ages);
            if row.iter().all(Option::is_none)
                && let Some(last) = row.last_mut()
            {
                *last = Some(0.0);
            }
        }
        self.ages = ages;
        self
    }

    /// With the points issued per origin.
    ///
    /// # Errors
    /// If there is not one number per row, or one is negative, no number, or beyond 1e30.
    pub fn with_issued(self, issued: Vec<f64>) -> Result<Triangle, TriangleError> {
        if issued.len() != self.cells.len() {
            let rows = self.cells.len();
            let issued = issued.len();
            return Err(TriangleError::IssuedCount { rows, issued });
        }
        for (row, value) in issued.iter().copied().enumerate() {
            if !(0.0..=LARGEST).contains(&value) {
                return Err(TriangleError::Issued {
                    row: row + 1,
                    value,
                });
            }
        }
        Ok(Triangle {
            issued: Some(issued),
            ..self
        })
    }

    /// With the points that expired or were forfeited, cumulative by origin and age; ages beyond a row are as its last.
    ///
    /// # Errors
    /// If there is not one row per origin or a value is not a number within ±1e30.
    pub fn with_ended(self, ended: Vec<Vec<f64>>) -> Result<Triangle, TriangleError> {
        if ended.len() != self.rows() {
            let (rows, issued) = (self.rows(), ended.len());
            return Err(TriangleError::IssuedCount { rows, issued });
        }
        for (row, values) in ended.iter().enumerate() {
            if let Some((age, value)) = values
                .iter()
                .enumerate()
                .find(|(_, v)| v.is_nan() || v.abs() > LARGEST)
            {
                return Err(TriangleError::Value {
                    row: row + 1,
                    age: age + 1,
                    value: *value,
                });
            }
        }
        Ok(Triangle {
            ended: Some(ended),
            ..self
        })
    }

    /// Points of an origin that ended by an age without being redeemed; 0 where no ends are recorded.
    pub fn ended(&self, row: usize, age: usize) -> f64 {
        let values = self.ended.as_ref().and_then(|ended| ended.get(row));
        let value = values.and_then(|values| values.get(age).or(values.last()));
        value.copied().unwrap_or(0.0)
    }

    /// Points of an origin that may still be redeemed: issued less redeemed less ended, at its last age. None without
    /// issued points. Where no ends are recorded, nothing is taken to have ended.
    pub fn outstanding(&self, row: usize) -> Option<f64> {
        let (age, redeemed) = self.latest(row);
        let issued = self.issued.as_ref()?.get(row)?;
        Some(issued - redeemed - self.ended(row, age))
    }

    /// Number of origins.
    pub fn rows(&self) -> usize {
        self.cells.len()
    }

    /// Number of ages that some origin has reached.
    pub fn ages(&self) -> usize {
        self.ages
    }

    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    pub fn issued(&self) -> Option<&[f64]> {
        self.issued.as_deref()
    }

    /// Cumulative value; ages from 0.
    pub fn value(&self, row: usize, age: usize) -> Option<f64> {
        self.cells.get(row)?.get(age).copied().flatten()
    }

    /// Value added at an age: needs both ends (the first age needs only its own).
    pub fn increment(&self, row: usize, age: usize) -> Option<f64> {
        let value = self.value(row, age)?;
        match age.checked_sub(1) {
            None => Some(value),
            Some(before) => Some(value - self.value(row, before)?),
        }
    }

    /// Last observed age (from 0) of a row and the value there.
    pub fn latest(&self, row: usize) -> (usize, f64) {
        let values = self.cells.get(row).map_or(&[][..], Vec::as_slice);
        let found = values
            .iter()
            .enumerate()
            .rev()
            .find_map(|(age, value)| Some((age, (*value)?)));
        // Every row has a value: the constructor refuses others.
        found.unwrap_or((0, 0.0))
    }

    /// Value at the last observed age; 0 for a row that is not there yet.
    pub fn value_or_zero(&self, row: usize) -> f64 {
        if row < self.rows() {
            self.latest(row).1
        } else {
            0.0
        }
    }

    /// Values at the last observed ages.
    pub fn latest_values(&self) -> Vec<f64> {
        (0..self.rows()).map(|row| self.latest(row).1).collect()
    }

    /// Values at `age` and the next, of the origins that have both.
    pub fn pairs(&self, age: usize) -> impl Iterator<Item = (f64, f64)> {
        (0..self.rows())
            .filter_map(move |row| Some((self.value(row, age)?, self.value(row, age + 1)?)))
    }

    /// The first row with a cell missing before its last one.
    pub fn gap(&self) -> Option<usize> {
        (0..self.rows())
            .find(|row| (0..=self.latest(*row).0).any(|age| self.value(*row, age).is_none()))
    }

    /// Cells in which the cumulative value fell, as (row, age) from 0.
    pub fn falls(&self) -> Vec<(usize, usize)> {
        let cells = (0..self.rows()).flat_map(|row| (1..self.ages).map(move |age| (row, age)));
        cells
            .filter(|(row, age)| self.increment(*row, *age).is_some_and(|x| x < 0.0))
            .collect()
    }

    /// Rows that redeemed more than they issued.
    pub fn above_issued(&self) -> Vec<usize> {
        let Some(issued) = &self.issued else {
            return Vec::new();
        };
        (0..self.rows())
            .filter(|row| {
                issued
                    .get(*row)
                    .is_some_and(|points| self.latest(*row).1 > *points)
            })
            .collect()
    }
}
