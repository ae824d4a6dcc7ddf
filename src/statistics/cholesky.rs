//! Inverse of a symmetric positive definite matrix by Cholesky's decomposition (Golub and Van Loan, *Matrix
//! Computations*, 4th ed., 4.2). Always the same order of operations.

/// A square symmetric matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Symmetric {
    size: usize,
    cells: Vec<f64>,
}

/// A pivot this small beside its diagonal is rounding: the matrix is singular.
const SINGULAR: f64 = 1e-12;

impl Symmetric {
    pub fn zeros(size: usize) -> Symmetric {
        Symmetric {
            size,
            cells: vec![0.0; size * size],
        }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    /// Element; 0 outside.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.cells
            .get(row * self.size + column)
            .copied()
            .unwrap_or(0.0)
    }

    /// Adds to an element and to its mirror image.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] += value;
        if row != column {
            self.cells[column * self.size + row] += value;
        }
    }

    /// v' A v.
    pub fn quadratic(&self, vector: &[f64]) -> f64 {
        let rows = self.cells.chunks_exact(self.size.max(1)).zip(vector);
        rows.map(|(row, left)| {
            left * row
                .iter()
                .zip(vector)
                .map(|(a, right)| a * right)
                .sum::<f64>()
        })
        .sum()
    }

    /// The inverse; none where the matrix is not positive definite to rounding.
    pub fn inverse(&self) -> Option<Symmetric> {
        let n = self.size;
        let lower = self.decompose()?;
        // Columns of L⁻¹, stored as rows.
        let mut inverted = vec![0.0; n * n];
        for column in 0..n {
            for row in column..n {
                let done = (column..row)
                    .map(|k| lower[row * n + k] * inverted[column * n + k])
                    .sum::<f64>();
                let right = if row == column { 1.0 } else { 0.0 };
                inverted[column * n + row] = (right - done) / lower[row * n + row];
            }
        }
        let mut inverse = Symmetric::zeros(n);
        for row in 0..n {
            for column in row..n {
                let left = &inverted[row * n + column..(row + 1) * n];
                let right = &inverted[column * n + column..(column + 1) * n];
                let sum = left.iter().zip(right).map(|(a, b)| a * b).sum();
                inverse.add(row, column, sum);
            }
        }
        inverse
            .cells
            .iter()
            .all(|x| x.is_finite())
            .then_some(inverse)
    }

    fn decompose(&self) -> Option<Vec<f64>> {
        let n = self.size;
        let mut lower = vec![0.0; n * n];
        for row in 0..n {
            for column in 0..=row {
                let (left, right) = (
                    &lower[row * n..row * n + column],
                    &lower[column * n..column * n + column],
                );
                let done: f64 = left.iter().zip(right).map(|(a, b)| a * b).sum();
                let rest = self.get(row, column) - done;
                if row != column {
                    lower[row * n + column] = rest / lower[column * n + column];
                } else if rest > SINGULAR * self.get(row, row) {
                    lower[row * n + row] = libm::sqrt(rest);
                } else {
                    return None;
                }
            }
        }
        Some(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hilbert_matrix_is_inverted() {
        // Inverse of the 4 × 4 Hilbert matrix, known in whole numbers (Choi, *Tricks or treats with the Hilbert
        // matrix*, 1983).
        let mut hilbert = Symmetric::zeros(4);
        for row in 0..4 {
            for column in row..4 {
                hilbert.add(row, column, 1.0 / (row + column + 1) as f64);
            }
        }
        let exact = [
            [16.0, -120.0, 240.0, -140.0],
            [-120.0, 1200.0, -2700.0, 1680.0],
            [240.0, -2700.0, 6480.0, -4200.0],
            [-140.0, 1680.0, -4200.0, 2800.0],
        ];
        let inverse = hilbert.inverse().unwrap();
        for (row, cells) in exact.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                assert!((inverse.get(row, column) / cell - 1.0).abs() < 1e-9);
            }
        }
        assert!((inverse.quadratic(&[1.0; 4]) - 16.0).abs() < 1e-8);
    }

    #[test]
    fn a_singular_matrix_has_none() {
        let mut singular = Symmetric::zeros(2);
        singular.add(0, 0, 1.0);
        singular.add(0, 1, 1.0);
        singular.add(1, 1, 1.0);
        assert_eq!(singular.inverse(), None);
        assert_eq!(Symmetric::zeros(1).inverse(), None);
    }
}
