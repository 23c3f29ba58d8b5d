using Depot.Core.Labels;
using Depot.Core.Stock;
using Microsoft.AspNetCore.Mvc;

namespace Depot.Api.Controllers;

/// <summary>What handhelds send.</summary>
[ApiController, Route("scans")]
public class ScanController(IStockStore store) : ControllerBase
{
    public record Scan(string Code);

    [HttpPost]
    public async Task<IActionResult> Add(Scan scan)
    {
        if (Barcode.Read(scan.Code) is not { } sku) return UnprocessableEntity("not one of ours");
        await store.Add(sku, new Quantity(1));
        return NoContent();
    }
}
