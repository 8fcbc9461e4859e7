//! The targets of the checks: the image's multiplications, and planted leaks.

use std::fmt;

use anyhow::{Result, ensure};
use fastrand::Rng;

use crate::image::Image;
use crate::plant::Plant;

/// Scalars in a call of a batch at most: two groups of any backend, and a rest that is a row and two single ones.
pub const BATCH: usize = 42;

/// Scalars in a call of a batch in the short form: a group of any backend, and two.
const SHORT_BATCH: usize = 18;

/// How much is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Enough to notice an address or a jump that depends on the window of any position.
    Short,
    Long,
}

/// A kernel, in the words of its exports' names.
struct Kernel {
    suffix: &'static str,
    /// Whether this processor has what it needs: as `rustgo_crypto::exports` says.
    is_available: fn() -> bool,
    /// Whether valgrind knows its instructions.
    is_known_to_valgrind: bool,
    /// Whether a batch chooses from another table than a single multiplication does.
    has_own_batch: bool,
}

macro_rules! features {
    ($($feature:tt)*) => {
        || true $(&& std::is_x86_feature_detected!($feature))*
    };
}

const KERNELS: [Kernel; 4] = [
    Kernel {
        suffix: "",
        is_available: features!(),
        is_known_to_valgrind: true,
        has_own_batch: false,
    },
    Kernel {
        suffix: "_bmi2",
        is_available: features!("bmi1" "bmi2" "adx"),
        is_known_to_valgrind: true,
        has_own_batch: false,
    },
    Kernel {
        suffix: "_avx2",
        is_available: features!("avx2" "fma" "bmi1" "bmi2"),
        is_known_to_valgrind: true,
        has_own_batch: true,
    },
    Kernel {
        suffix: "_ifma",
        is_available: features!("avx512f" "avx512vl" "avx512ifma" "avx2" "fma" "bmi1" "bmi2"),
        is_known_to_valgrind: false,
        has_own_batch: true,
    },
];

/// What exports of a kernel are called but for the suffix, and whether they take several scalars.
const FORMS: [(&str, bool); 2] = [("scalar_base_mult", false), ("scalar_base_mult_batch", true)];

/// Something whose argument is secret.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Plant(Plant),
    Export(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plant(plant) => plant.fmt(f),
            Self::Export(name) => f.write_str(name),
        }
    }
}

impl Target {
    /// The multiplications of an image: one scalar and batches, by each kernel.
    ///
    /// # Errors
    ///
    /// The image lacks one, or has another one.
    pub fn all(image: &Image) -> Result<Vec<Self>> {
        let names = KERNELS
            .iter()
            .flat_map(|kernel| FORMS.map(|(form, _)| format!("{form}{}", kernel.suffix)));
        let names: Vec<_> = names.collect();
        for name in &names {
            ensure!(image.exports.contains_key(name), "the image has no `{name}`");
        }
        for name in image.exports.keys() {
            ensure!(names.contains(name), "nobody knows how to call `{name}`");
        }
        Ok(names.into_iter().map(Self::Export).collect())
    }

    /// Takes what [`Target::argument`] gave.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(match text.strip_prefix("plant:") {
            Some(plant) => Self::Plant(Plant::parse(plant)?),
            None => Self::Export(text.to_owned()),
        })
    }

    pub fn argument(&self) -> String {
        match self {
            Self::Plant(plant) => format!("plant:{}", plant.argument()),
            Self::Export(name) => name.clone(),
        }
    }

    /// The kernel of an export, and whether it takes several scalars. A plant has none.
    fn kernel(&self) -> Option<(&'static Kernel, bool)> {
        let Self::Export(name) = self else {
            return None;
        };
        let found = KERNELS.iter().find_map(|kernel| {
            let form = FORMS
                .iter()
                .find(|(form, _)| *name == format!("{form}{}", kernel.suffix))?;
            Some((kernel, form.1))
        });
        Some(found.expect("`Target::all` has looked at the name"))
    }

    /// Whether this processor can run it.
    pub fn is_available(&self) -> bool {
        self.kernel().is_none_or(|(kernel, _)| (kernel.is_available)())
    }

    /// Whether valgrind can run it.
    pub fn is_known_to_valgrind(&self) -> bool {
        self.kernel()
            .is_none_or(|(kernel, _)| kernel.is_known_to_valgrind)
    }

    /// Whether it chooses from tables as no other target of its kernel does.
    pub fn chooses_its_own_way(&self) -> bool {
        self.kernel()
            .is_none_or(|(kernel, is_batch)| !is_batch || kernel.has_own_batch)
    }

    /// Scalars of a call.
    pub fn scalars(&self, length: Length) -> usize {
        match (self.kernel(), length) {
            (Some((_, false)), _) => 1,
            (None, _) | (_, Length::Long) => BATCH,
            (_, Length::Short) => SHORT_BATCH,
        }
    }

    /// Fills in scalars: random ones, and now and then one at an edge.
    pub fn fill(scalars: &mut [[u8; 32]; BATCH], random: &mut Rng) {
        for scalar in scalars {
            match random.u8(0..8) {
                0 => *scalar = [[0, 0xff, 0x88, 0x77][random.usize(0..4)]; 32],
                1 => {
                    *scalar = [0; 32];
                    scalar[random.usize(0..32)] = 1 << random.u8(0..8);
                }
                _ => random.fill(scalar),
            }
        }
    }

    /// Calls it, with the first `count` scalars if it takes several.
    #[inline(never)]
    pub fn call(
        &self,
        image: &Image,
        points: &mut [[u8; 32]; BATCH],
        scalars: &[[u8; 32]; BATCH],
        count: usize,
    ) {
        let name = match self {
            Self::Plant(plant) => return plant.leak(scalars),
            Self::Export(name) => name,
        };
        let (dst, src): (*mut [u8; 32], *const [u8; 32]) = (points.as_mut_ptr(), scalars.as_ptr());
        let address = image.address(name) as *const ();
        // SAFETY: the export has this prototype, both pointers are to arrays of `BATCH`, and the caller asked `is_available`.
        unsafe {
            if count == 1 {
                let single: unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32]) =
                    std::mem::transmute(address);
                single(dst, src);
            } else {
                let batch: unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32], usize) =
                    std::mem::transmute(address);
                batch(dst, src, count.min(BATCH));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_back() {
        let plants = Plant::all().into_iter().map(Target::Plant);
        for target in plants.chain([Target::Export("scalar_base_mult_ifma".to_owned())]) {
            assert_eq!(Target::parse(&target.argument()).unwrap(), target);
        }
    }

    /// Else every check would skip everything, and pass.
    #[test]
    fn what_runs_everywhere_is_never_skipped() {
        for (form, _) in FORMS {
            assert!(Target::Export(form.to_owned()).is_available());
        }
        for plant in Plant::all() {
            assert!(Target::Plant(plant).is_available());
        }
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            assert!(Target::Export("scalar_base_mult_avx2".to_owned()).is_available());
        }
    }

    #[test]
    fn exports_are_told_apart_by_their_names() {
        for (name, scalars, valgrind) in [
            ("scalar_base_mult", 1, true),
            ("scalar_base_mult_bmi2", 1, true),
            ("scalar_base_mult_batch", BATCH, true),
            ("scalar_base_mult_batch_avx2", BATCH, true),
            ("scalar_base_mult_batch_ifma", BATCH, false),
            ("scalar_base_mult_ifma", 1, false),
        ] {
            let target = Target::Export(name.to_owned());
            assert_eq!(target.scalars(Length::Long), scalars, "{name}");
            assert_eq!(target.scalars(Length::Short) == 1, scalars == 1, "{name}");
            assert_eq!(target.is_known_to_valgrind(), valgrind, "{name}");
        }
    }
}
