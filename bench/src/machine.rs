//! The machine: which processor it has, what else the core is busy with, and how big its caches are.

use std::fs;

use anyhow::{Context, Result, ensure};
use procfs::{CpuInfo, Current, CurrentSI, KernelStats};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::Serialize;

/// Features of processors that one of the implementations uses, in the kernel's words.
const FEATURES: [&str; 18] = [
    "bmi1",
    "bmi2",
    "adx",
    "avx",
    "avx2",
    "fma",
    "avx512f",
    "avx512dq",
    "avx512bw",
    "avx512vl",
    "avx512ifma",
    "avx512vbmi",
    "erms",
    "fsrm",
    "sha_ni",
    "asimd",
    "sha512",
    "sve",
];

/// A machine, and the core that is used.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The processor's name, and its family and model where the name says little.
    pub processor: String,
    /// Those of its features that matter here.
    pub features: Vec<String>,
    /// The system.
    pub kernel: String,
    /// The number of the core.
    pub core: usize,
}

impl Machine {
    /// This machine.
    ///
    /// # Errors
    ///
    /// The kernel does not say, or the process may not use the given core.
    pub fn find(core: Option<usize>) -> Result<Self> {
        ensure!(cfg!(target_os = "linux"), "the benchmark runs on Linux");
        let allowed = sched_getaffinity(None).context("the cores of this process can't be read")?;
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU)
            .filter(|&core| allowed.is_set(core))
            .collect();
        let last = *cores.last().context("this process may use no core")?;
        let core = core.unwrap_or(last);
        ensure!(
            cores.contains(&core),
            "this process may not use core {core}; it may use {cores:?}"
        );
        let info = CpuInfo::current().context("/proc/cpuinfo can't be read")?;
        let get = |name: &str| info.get_info(core)?.get(name).map(|text| (*text).to_owned());
        let flags = get("flags").or_else(|| get("Features")).unwrap_or_default();
        let flags: Vec<&str> = flags.split_whitespace().collect();
        let number = match (get("cpu family"), get("model")) {
            (Some(family), Some(model)) => format!(" (family {family} model {model})"),
            _ => String::new(),
        };
        let name = get("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
        Ok(Self {
            processor: format!("{name}{number}"),
            features: FEATURES
                .iter()
                .filter(|feature| flags.contains(feature))
                .map(|&feature| feature.to_owned())
                .collect(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .context("the kernel's version can't be read")?
                .trim()
                .to_owned(),
            core,
        })
    }

    /// Whether the processor has a feature.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|it| it == feature)
    }

    /// The processor's name as a folder is called.
    pub fn folder(&self) -> String {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                ' '
            }
        };
        let words: String = self.processor.chars().map(plain).collect();
        words.split_whitespace().collect::<Vec<_>>().join("-")
    }

    /// Keeps this process, and those that it starts from now on, on the core.
    ///
    /// # Errors
    ///
    /// The kernel refuses.
    pub fn pin(&self) -> Result<()> {
        let mut set = CpuSet::new();
        set.set(self.core);
        sched_setaffinity(None, &set)
            .with_context(|| format!("this process can't be kept on core {}", self.core))
    }
}

/// How many bytes the largest cache has, or a guess where the kernel does not say.
pub fn largest_cache(core: usize) -> usize {
    const GUESS: usize = 32 << 20;
    let folder = format!("/sys/devices/system/cpu/cpu{core}/cache");
    let sizes = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let text = fs::read_to_string(entry.path().join("size")).ok()?;
            let kibibytes: usize = text.trim().strip_suffix('K')?.parse().ok()?;
            Some(kibibytes << 10)
        });
    sizes.max().unwrap_or(GUESS)
}

/// What the core did, in ticks of the kernel's clock.
pub struct Load {
    core: usize,
    start: Ticks,
}

#[derive(Clone, Copy)]
struct Ticks {
    all: u64,
    idle: u64,
    stolen: u64,
    ours: u64,
}

/// What the core did in addition to this benchmark, as shares of its time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OtherLoad {
    /// Other programs, and the kernel.
    pub others: f64,
    /// Other virtual machines.
    pub stolen: f64,
}

impl Load {
    /// Begins to watch a core.
    ///
    /// # Errors
    ///
    /// The kernel does not say.
    pub fn begin(core: usize) -> Result<Self> {
        Ok(Self {
            core,
            start: ticks(core)?,
        })
    }

    /// What happened since, on the assumption that this process and its children ran on no other core.
    ///
    /// # Errors
    ///
    /// The kernel does not say.
    pub fn end(self) -> Result<OtherLoad> {
        let (start, end) = (self.start, ticks(self.core)?);
        let all = (end.all - start.all).max(1) as f64;
        let stolen = end.stolen.saturating_sub(start.stolen) as f64;
        let idle = end.idle.saturating_sub(start.idle) as f64;
        let ours = end.ours.saturating_sub(start.ours) as f64;
        Ok(OtherLoad {
            others: ((all - stolen - idle - ours) / all).max(0.0),
            stolen: stolen / all,
        })
    }
}

fn ticks(core: usize) -> Result<Ticks> {
    let stats = KernelStats::current().context("/proc/stat can't be read")?;
    let time = stats
        .cpu_time
        .get(core)
        .with_context(|| format!("/proc/stat has no core {core}"))?;
    let idle = time.idle + time.iowait.unwrap_or(0);
    let stolen = time.steal.unwrap_or(0);
    let busy = time.user + time.nice + time.system + time.irq.unwrap_or(0) + time.softirq.unwrap_or(0);
    let me = procfs::process::Process::myself()
        .and_then(|process| process.stat())
        .context("/proc/self/stat can't be read")?;
    Ok(Ticks {
        all: busy + idle + stolen,
        idle,
        stolen,
        ours: me.utime + me.stime + u64::try_from(me.cutime + me.cstime).unwrap_or(0),
    })
}
