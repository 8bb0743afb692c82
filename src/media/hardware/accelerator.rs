/// An interface to devices that decode, by FFmpeg's name: what `ffmpeg -hwaccels` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
#[doc(alias = "AVHWDeviceType")]
#[doc(alias = "hwaccel")]
pub enum Accelerator {
    /// NVIDIA's, through its CUDA driver.
    #[doc(alias = "nvdec")]
    Cuda,
    /// Intel's Quick Sync Video, through oneVPL or the Media SDK.
    #[doc(alias = "oneVPL")]
    Qsv,
    /// The Video Acceleration API of Linux: Intel's and AMD's devices, by a render node each.
    Vaapi,
    /// Apple's.
    VideoToolbox,
    /// Vulkan Video.
    Vulkan,
    /// Direct3D 11 Video.
    D3d11va,
    /// Direct3D 12 Video.
    D3d12va,
}

impl Accelerator {
    /// All of them, whatever is linked.
    pub const ALL: [Self; 7] =
        [Self::Cuda, Self::Qsv, Self::Vaapi, Self::VideoToolbox, Self::Vulkan, Self::D3d11va, Self::D3d12va];

    /// FFmpeg's name.
    #[must_use]
    #[doc(alias = "av_hwdevice_get_type_name")]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cuda => "cuda",
            Self::Qsv => "qsv",
            Self::Vaapi => "vaapi",
            Self::VideoToolbox => "videotoolbox",
            Self::Vulkan => "vulkan",
            Self::D3d11va => "d3d11va",
            Self::D3d12va => "d3d12va",
        }
    }
}

/// FFmpeg's name.
impl std::fmt::Display for Accelerator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
