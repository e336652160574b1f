using System.Diagnostics;

namespace Vigil;

/// <summary>How long each stage took for one run of records, added up record by record. Used by the pipeline's thread only.</summary>
sealed class StageTimes
{
    readonly long[] _taken = new long[Enum.GetValues<ScoringStage>().Length];
    long _lapAt;

    /// <summary>A run begins.</summary>
    internal void Begin()
    {
        Array.Clear(_taken);
        _lapAt = Stopwatch.GetTimestamp();
    }

    /// <summary>What has happened since the last lap, or the beginning, was this stage's.</summary>
    internal void Lap(ScoringStage stage)
    {
        long now = Stopwatch.GetTimestamp();
        _taken[(int)stage] += now - _lapAt;
        _lapAt = now;
    }

    /// <summary>What a stage took of the run; zero where it was not entered.</summary>
    internal TimeSpan Of(ScoringStage stage) => Stopwatch.GetElapsedTime(0, _taken[(int)stage]);
}
