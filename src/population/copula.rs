//! Gaussian copula between purchase rate, hazard of leaving and mean basket.

use crate::scenario::model::Correlation;

/// Lower triangle of the Cholesky factor in the order attrition, rate, basket: the score of attrition comes first
/// because for the opening base it is given by survival.
#[derive(Clone, Copy, Debug)]
pub struct Copula {
    rate_on_attrition: f64,
    rate_own: f64,
    basket_on_attrition: f64,
    basket_on_rate: f64,
    basket_own: f64,
    /// Whether the score of attrition is needed at all.
    pub reads_attrition: bool,
}

impl Copula {
    /// `None` where all three are independent. The matrix has been checked to be positive definite; a numerically
    /// negative remainder is taken as zero.
    pub fn new(correlation: &Correlation) -> Option<Copula> {
        let Correlation {
            rate_attrition,
            rate_basket,
            attrition_basket,
        } = *correlation;
        if rate_attrition == 0.0 && rate_basket == 0.0 && attrition_basket == 0.0 {
            return None;
        }
        let rate_own = libm::sqrt((1.0 - rate_attrition * rate_attrition).max(0.0));
        let basket_on_rate = if rate_own > 0.0 {
            (rate_basket - rate_attrition * attrition_basket) / rate_own
        } else {
            0.0
        };
        let rest = 1.0 - attrition_basket * attrition_basket - basket_on_rate * basket_on_rate;
        Some(Copula {
            rate_on_attrition: rate_attrition,
            rate_own,
            basket_on_attrition: attrition_basket,
            basket_on_rate,
            basket_own: libm::sqrt(rest.max(0.0)),
            reads_attrition: rate_attrition != 0.0 || attrition_basket != 0.0,
        })
    }

    /// Correlated scores (rate, basket) from the score of attrition and two independent normal scores.
    pub fn correlate(&self, attrition: f64, rate: f64, basket: f64) -> (f64, f64) {
        (
            self.rate_on_attrition * attrition + self.rate_own * rate,
            self.basket_on_attrition * attrition
                + self.basket_on_rate * rate
                + self.basket_own * basket,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_reproduces_the_matrix() {
        let c = Correlation {
            rate_attrition: -0.4,
            rate_basket: 0.3,
            attrition_basket: 0.2,
        };
        let k = Copula::new(&c).unwrap();
        let rate_variance = k.rate_on_attrition.powi(2) + k.rate_own.powi(2);
        let basket_variance =
            k.basket_on_attrition.powi(2) + k.basket_on_rate.powi(2) + k.basket_own.powi(2);
        let rate_basket =
            k.rate_on_attrition * k.basket_on_attrition + k.rate_own * k.basket_on_rate;
        assert!((rate_variance - 1.0).abs() < 1e-12);
        assert!((basket_variance - 1.0).abs() < 1e-12);
        assert!((rate_basket - 0.3).abs() < 1e-12);
    }
}
