//! Where labels go, so that none covers another.

/// A rectangle in pixels, y downward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Two areas over each other with a gap between, the upper one with this share of the height.
    pub fn split(&self, share: f64) -> (Self, Self) {
        const GAP: f64 = 14.0;
        let middle = self.top + share * self.height();
        let above = Self {
            bottom: middle - GAP / 2.0,
            ..*self
        };
        let below = Self {
            top: middle + GAP / 2.0,
            ..*self
        };
        (above, below)
    }

    pub fn intersects(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// Whether `other` lies inside.
    pub fn holds(&self, other: &Self) -> bool {
        self.contains((other.left, other.top)) && self.contains((other.right, other.bottom))
    }
}

/// Moves the wanted centers of labels of one height apart until no two overlap, each as little as possible in the
/// sense of least squares, keeping their order and staying between `low` and `high`. Labels that cannot all fit are
/// packed evenly: the caller limits their number.
pub fn spread(wanted: &[f64], height: f64, low: f64, high: f64) -> Vec<f64> {
    let count = wanted.len();
    if count == 0 {
        return Vec::new();
    }
    let height = height.min((high - low) / count as f64);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Blocks of touching labels: sum of the wanted positions of their first label, and how many they are.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let start = |&(sum, size): &(f64, usize)| {
        let free = sum / size as f64;
        // Not `clamp`: rounding may put the bounds of a full column in the wrong order.
        free.min(high - height / 2.0 - height * (size - 1) as f64)
            .max(low + height / 2.0)
    };
    for &label in &order {
        blocks.push((wanted[label], 1));
        while let [.., before, last] = blocks.as_slice() {
            let end = start(before) + height * before.1 as f64;
            if end <= start(last) {
                break;
            }
            // The last block's wish for its own first label, seen from the first label of the one before.
            let merged = (
                before.0 + last.0 - height * (before.1 * last.1) as f64,
                before.1 + last.1,
            );
            blocks.truncate(blocks.len() - 2);
            blocks.push(merged);
        }
    }
    let mut placed = vec![0.0; count];
    let mut next = order.iter();
    for block in &blocks {
        let first = start(block);
        for (position, &label) in next.by_ref().take(block.1).enumerate() {
            placed[label] = first + height * position as f64;
        }
    }
    placed
}

/// The first of the candidates that lies inside `within`, covers no label, and covers the fewest of the `avoid`
/// points. `None` if every candidate leaves `within` or covers a label.
pub fn choose(
    candidates: &[Area],
    within: &Area,
    labels: &[Area],
    avoid: &[(f64, f64)],
) -> Option<usize> {
    candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| within.holds(c) && !labels.iter().any(|l| l.intersects(c)))
        .min_by_key(|(index, c)| (avoid.iter().filter(|p| c.contains(**p)).count(), *index))
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_with_room_stay() {
        assert_eq!(
            spread(&[10.0, 50.0, 90.0], 20.0, 0.0, 100.0),
            [10.0, 50.0, 90.0]
        );
    }

    #[test]
    fn equal_labels_move_by_the_same_amount() {
        assert_eq!(spread(&[50.0, 50.0], 20.0, 0.0, 100.0), [40.0, 60.0]);
        assert_eq!(spread(&[100.0, 100.0], 20.0, 0.0, 100.0), [70.0, 90.0]);
    }

    #[test]
    fn a_free_place_is_preferred() {
        let area = |left: f64| Area {
            left,
            top: 0.0,
            right: left + 10.0,
            bottom: 10.0,
        };
        let within = Area {
            left: 0.0,
            top: 0.0,
            right: 100.0,
            bottom: 10.0,
        };
        let labels = [area(0.0)];
        let avoid = [(25.0, 5.0)];
        assert_eq!(
            choose(
                &[area(5.0), area(20.0), area(40.0), area(60.0)],
                &within,
                &labels,
                &avoid
            ),
            Some(2)
        );
        assert_eq!(
            choose(&[area(-5.0), area(5.0)], &within, &labels, &avoid),
            None
        );
    }

    proptest! {
        #[test]
        fn spread_labels_never_overlap(wanted in prop::collection::vec(-50.0..150.0f64, 1..8)) {
            let placed = spread(&wanted, 12.0, 0.0, 100.0);
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 12.0 - 1e-9);
            }
            prop_assert!(sorted[0] >= 6.0 - 1e-9 && sorted[sorted.len() - 1] <= 94.0 + 1e-9);
            for (a, b) in (0..wanted.len()).flat_map(|a| (0..wanted.len()).map(move |b| (a, b))) {
                prop_assert!(wanted[a] >= wanted[b] || placed[a] < placed[b]);
            }
        }
    }
}
