using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary>What the labels in effect at one step say about a merchant or terminal.</summary>
struct LabelRisk
{
    /// <summary>Labelled frauds per window of <see cref="FeatureList.LabelWindows"/>.</summary>
    internal Vector128<int> Frauds;

    /// <summary>Labels per window, genuine ones too.</summary>
    internal Vector128<int> Labels;

    /// <summary>Frauds of the newest run; 0 where there is none.</summary>
    internal int RunLength;

    /// <summary>Event time of that run's first fraud, in microseconds.</summary>
    internal long RunStart;

    /// <summary>Event time of its last fraud, in microseconds.</summary>
    internal long LastFraud;

    /// <summary>Genuine labels later in event time than the last fraud; all where there is no fraud.</summary>
    internal int GenuineSinceFraud;

    /// <summary>Takes in the next older fraud of the newest run.</summary>
    internal void ExtendRun(long eventTime)
    {
        if (RunLength++ == 0) LastFraud = eventTime;
        RunStart = eventTime;
    }
}
