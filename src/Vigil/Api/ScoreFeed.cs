using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>Posts the scores of every process to the board as they come on <c>card-scores</c>: for transactions whose partition another process has.</summary>
sealed class ScoreFeed(IngestOptions kafka, ScoreBoard board, ILogger<ScoreReader> logger) : BackgroundService
{
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    ScoreReader? _reader;

    /// <summary>Reads from now on: the service answers nothing before.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answers, or the topic does not exist.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _reader = new(kafka, fromBeginning: false, logger);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _reader?.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(() =>
    {
        while (!stoppingToken.IsCancellationRequested)
            if (_reader!.TryRead(s_patience, out var score)) board.Post(score);
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
