<?php

declare(strict_types=1);

namespace Shop\Tests\Payment;

use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use Shop\Payment\Answer;
use Shop\Payment\Charge;
use Shop\Payment\GatewayClient;
use Shop\Payment\GatewayError;
use Shop\Payment\Pause;
use Shop\Payment\Transport;

final class ChargeTest extends TestCase
{
    public function testRepeatsAfterATimeout(): void
    {
        $transport = $this->transport([new GatewayError(0, ''), new Answer(200, '{"id": "ch_7"}')]);

        self::assertSame('ch_7', $this->charge($transport)->run(1, 995, 'EUR', 'card_1'));
        self::assertCount(2, $transport->sent);
        self::assertSame($transport->sent[0], $transport->sent[1]);
    }

    public function testDoesNotRepeatARefusal(): void
    {
        $transport = $this->transport([new Answer(402, 'declined'), new Answer(200, '{"id": "ch_7"}')]);

        try {
            $this->charge($transport)->run(1, 995, 'EUR', 'card_1');
            self::fail('a refusal is an error');
        } catch (GatewayError $error) {
            self::assertSame(402, $error->status);
        }
        self::assertCount(1, $transport->sent);
    }

    public function testGivesUpAfterThreeAttempts(): void
    {
        $transport = $this->transport(array_fill(0, 5, new Answer(503, 'busy')));

        try {
            $this->charge($transport)->run(1, 995, 'EUR', 'card_1');
            self::fail('no answer is an error');
        } catch (GatewayError $error) {
            self::assertSame(503, $error->status);
        }
        self::assertCount(3, $transport->sent);
    }

    private function charge(Transport $transport): Charge
    {
        $pause = new Pause(sleep: static function (int $micros): void {
        });

        return new Charge(new GatewayClient($transport, 'secret'), $pause, new NullLogger());
    }

    /** @param list<Answer|GatewayError> $answers */
    private function transport(array $answers): Transport
    {
        return new class ($answers) implements Transport {
            /** @var list<string> the bodies of the requests */
            public array $sent = [];

            /** @param list<Answer|GatewayError> $answers */
            public function __construct(private array $answers)
            {
            }

            public function send(string $method, string $path, string $body, array $headers): Answer
            {
                $this->sent[] = $body;
                $answer = array_shift($this->answers);

                return $answer instanceof GatewayError ? throw $answer : $answer;
            }
        };
    }
}
