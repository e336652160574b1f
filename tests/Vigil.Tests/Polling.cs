namespace Vigil.Tests;

/// <summary>Waits for what another process does, which gives no signal.</summary>
static class Polling
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again.</summary>
    /// <param name="reached">What is waited for.</param>
    /// <param name="state">Describes what there is instead, when a minute has passed.</param>
    /// <param name="cancellationToken">The test's.</param>
    /// <exception cref="TimeoutException">A minute has passed.</exception>
    internal static async Task UntilAsync(Func<Task<bool>> reached, Func<string> state, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(started) > s_patience) throw new TimeoutException($"Not reached after {s_patience}. {state()}");
            await Task.Delay(s_pause, cancellationToken);
        }
    }
}
