using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>
/// Who waits for which transaction's score, and the newest scores that have come, whoever computed them: this process's pipeline, or another by way of
/// <c>card-scores</c>. The first that comes counts, and the others are the same. Thread-safe, and bounded: the oldest entry makes room.
/// </summary>
sealed class ScoreBoard(ApiOptions options)
{
    readonly Lock _lock = new();
    readonly Dictionary<ScoreKey, Entry> _entries = [];
    readonly Queue<ScoreKey> _order = [];
    Utf8Text _model, _topic;

    /// <summary>The score of a transaction, known already or when it comes.</summary>
    /// <param name="key">The transaction.</param>
    /// <param name="isNew">Whether nobody has asked, and no score is remembered: it is for the caller to append the transaction.</param>
    internal Task<Score> Ask(ScoreKey key, out bool isNew)
    {
        lock (_lock)
        {
            isNew = !_entries.TryGetValue(key, out var entry);
            if (!isNew) return entry.Score;
            var waited = new TaskCompletionSource<Score>(TaskCreationOptions.RunContinuationsAsynchronously);
            Add(key, new(waited.Task, waited));
            return waited.Task;
        }
    }

    /// <summary>A score has come. That of a repeat answers only who would have nothing else.</summary>
    internal void Post(in Score score)
    {
        var key = ScoreKey.Of(score.CardToken, score.TransactionId);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry)) entry.Waited?.TrySetResult(Kept(score));
            else if (score.Reason != ScoreReason.Repeated) Add(key, new(Task.FromResult(Kept(score)), null));
        }
    }

    /// <summary>The transaction could not be appended: whoever waits is told, and the next who asks appends it again.</summary>
    internal void Fail(ScoreKey key, Exception error)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Waited is not { Task.IsCompleted: false } waited) return;
            _entries.Remove(key);
            waited.TrySetException(error);
        }
    }

    void Add(ScoreKey key, Entry entry)
    {
        while (_order.Count >= options.RememberedScores) _entries.Remove(_order.Dequeue());
        _entries.Add(key, entry);
        _order.Enqueue(key);
    }

    /// <summary>The score without the bytes of its record: the asker has the ids, and the other texts are nearly always the last one's.</summary>
    Score Kept(in Score score)
    {
        if (score.ModelVersion != _model) _model = Utf8Text.From(score.ModelVersion.ToString());
        if (score.Topic != _topic) _topic = Utf8Text.From(score.Topic.ToString());
        return score with { TransactionId = default, CardToken = default, ModelVersion = _model, Topic = _topic };
    }

    readonly record struct Entry(Task<Score> Score, TaskCompletionSource<Score>? Waited);
}

/// <summary>A transaction, as repeats are told by: its card and its id, each by 128 bits.</summary>
readonly record struct ScoreKey(UInt128 Card, UInt128 Transaction)
{
    internal static ScoreKey Of(Utf8Text card, Utf8Text transaction) => new(card.Hash128(), transaction.Hash128());
}
