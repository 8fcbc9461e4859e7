//! What stands for many measurements.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

/// The middle of the numbers, and how far they spread: a quarter of them is below `lower`, a quarter above `upper`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    #[serde(serialize_with = "rounded")]
    pub median: f64,
    #[serde(serialize_with = "rounded")]
    pub lower: f64,
    #[serde(serialize_with = "rounded")]
    pub upper: f64,
}

/// Five digits: no measurement has more.
fn rounded<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    let rounded = format!("{number:.4e}").parse();
    serializer.serialize_f64(rounded.map_err(S::Error::custom)?)
}

impl Summary {
    /// Of at least one number.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        (!sorted.is_empty()).then(|| Self {
            median: quantile(&sorted, 0.5),
            lower: quantile(&sorted, 0.25),
            upper: quantile(&sorted, 0.75),
        })
    }
}

/// The number below which the given part of the sorted numbers is, between two of them where need be.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

/// The geometric mean, which treats twice as fast and half as fast alike; of at least one number.
pub fn geometric_mean(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0);
    for number in numbers {
        sum += number.ln();
        count += 1;
    }
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_numbers() {
        let summary = Summary::of([4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((summary.lower, summary.median, summary.upper), (1.75, 2.5, 3.25));
        assert_eq!(Summary::of([]), None);
    }

    #[test]
    fn five_digits_are_written() {
        let summary = Summary::of([0.012_345_678, 1_234_567.8]).unwrap();
        let text = serde_json::to_string(&summary).unwrap();
        assert_eq!(text, r#"{"median":617280.0,"lower":308640.0,"upper":925930.0}"#);
        let text = serde_json::to_string(&Summary::of([0.012_345_678]).unwrap()).unwrap();
        assert_eq!(text, r#"{"median":0.012346,"lower":0.012346,"upper":0.012346}"#);
        assert!(
            serde_json::to_string(&Summary::of([0.0]).unwrap())
                .unwrap()
                .contains("0.0")
        );
    }

    #[test]
    fn outliers_do_not_count() {
        assert_eq!(Summary::of([3.0, 1e9, 1.0]).unwrap().median, 3.0);
    }

    #[test]
    fn twice_and_half_cancel() {
        assert!((geometric_mean([2.0, 0.5]).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(geometric_mean([]), None);
    }
}
